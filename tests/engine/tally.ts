/** Counts of a long test: its cases, and those that came out wrong. They stand in a file while it goes on. */
import assert from "node:assert/strict";

/** Differences after which a test has shown enough. */
const most = 20;

/** With `MOTIFLOW_TALLY=FILE` a test goes on after a difference, and a test that is cut off has its counts so far. */
export class Tally {
  readonly #file = Deno.env.get("MOTIFLOW_TALLY");
  readonly #differences: string[] = [];
  #done = 0;

  /** @param what Cases in a word, for people. */
  constructor(readonly what: string) {}

  /** Runs one case. @returns Whether it came out right; without a file, one that does not fails the test. */
  async case(run: () => Promise<void>): Promise<boolean> {
    try {
      await run();
      this.#done++;
      return true;
    } catch (error) {
      if (this.#file === undefined) throw error;
      this.#done++;
      this.#differences.push(String((error as Error)?.stack ?? error));
      if (this.#differences.length > most) this.end();
      return false;
    } finally {
      this.#write();
    }
  }

  /** @throws with the differences, if there were any. */
  end(): void {
    assert.deepEqual(this.#differences, [], `${this.#differences.length} of ${this.#done} ${this.what}`);
  }

  #write(): void {
    if (this.#file === undefined) return;
    const counts = `${this.#done} ${this.what}, ${this.#differences.length} different\n`;
    Deno.writeTextFileSync(this.#file, counts + this.#differences.join("\n\n"));
  }
}

/** Environment values enter keys as keyed hashes, so that neither a record nor a guess gives a secret away. */
import type { Layout } from "../system/layout.ts";

/** Hashes values with a random key that belongs to one store. */
export class EnvHasher {
  #key: string | undefined;

  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** Hash by name; null for a variable that is not set. */
  async hash(names: readonly string[]): Promise<Record<string, string | null>> {
    const hashes: Record<string, string | null> = {};
    if (names.length === 0) return hashes;
    for (const name of [...names].sort()) {
      const value = Deno.env.get(name);
      hashes[name] = value === undefined ? null : await hmac(this.#secret(), `${name}=${value}`);
    }
    return hashes;
  }

  #secret(): string {
    if (this.#key !== undefined) return this.#key;
    try {
      this.#key = Deno.readTextFileSync(this.#layout.secret);
    } catch {
      // Not written while planning: without it there is no earlier key to match either.
      this.#key = crypto.getRandomValues(new Uint8Array(32)).toHex();
    }
    return this.#key;
  }

  /** Keeps a new key; called before the first result is stored. Of two processes, the first one's key stays. */
  persist(): void {
    if (this.#key === undefined) return;
    try {
      // A group that shares the store shares the key, or it would share no result of a step with variables.
      Deno.writeTextFileSync(this.#layout.secret, this.#key, { createNew: true, mode: 0o660 });
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      try {
        this.#key = Deno.readTextFileSync(this.#layout.secret);
      } catch {
        // Of another user: this run's results with variables are found by this run only.
      }
    }
  }
}

/** HMAC-SHA-256 in hex. By the web's interface: node:crypto takes as long to load as a whole no-op run. */
async function hmac(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const given = encoder.encode(secret);
  // Zeros up to the size of a block are part of every shorter key, and no key may be empty here.
  const bytes = new Uint8Array(Math.max(64, given.length));
  bytes.set(given);
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text))).toHex();
}

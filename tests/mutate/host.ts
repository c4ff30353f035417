/**
 * Runs test cases against a module with switches (`switches.ts`): a process of its own, which answers each line of JSON
 * with one, see `sweep.ts`. The arguments are the test files; `--on=N` switches a mutant on before they are loaded.
 */
import process from "node:process";

interface Case {
  name: string;
  fn: (context: unknown) => unknown;
}

const early = Deno.args.find((arg) => arg.startsWith("--on="));
let on = early === undefined ? -1 : Number(early.slice(5));
/** Switches that were reached; only asked for on the right code. */
let reached: Set<number> | undefined = new Set();
let asked = 0, most = Infinity;
/** Microseconds of processor time at which a case is given up, where one was asked for. */
let giveUp = Infinity, gaveUp = false;

Object.assign(globalThis, {
  $m(first: number, last: number): boolean {
    // A loop that never ends asks for ever.
    if (++asked > most) throw new Error("asked too often");
    if (asked % 256 === 0 && process.cpuUsage().user > giveUp) {
      gaveUp = true;
      throw new Error("takes too long");
    }
    if (reached !== undefined) { for (let i = first; i <= last; i++) reached.add(i); }
    return on >= first && on <= last;
  },
});

const cases: Case[] = [];
const write = Deno.stdout.writeSync.bind(Deno.stdout);
// Tests print; what is an answer begins with a mark.
const answer = (value: unknown) => void write(new TextEncoder().encode(`\x01${JSON.stringify(value)}\n`));

/** Stands for `Deno.test` in all its forms. */
function collect(...given: unknown[]): void {
  const parts = given.map((part) =>
    typeof part === "function" ? { fn: part } : typeof part === "string" ? { name: part } : part
  );
  const { ignore, name, fn } = Object.assign({}, ...parts.reverse());
  if (!ignore) cases.push({ name: name ?? fn.name, fn });
}

const context = (): unknown => ({
  async step(first: string | { fn: Case["fn"]; ignore?: boolean } | Case["fn"], second?: Case["fn"]) {
    const fn = typeof first === "function" ? first : typeof first === "string" ? second! : first.fn;
    if (typeof first !== "object" || !first.ignore) await fn(context());
    return true;
  },
});

/** What failed; `undefined` where the case passes. */
async function run({ fn }: Case): Promise<string | undefined> {
  asked = 0;
  try {
    await fn(context());
  } catch (error) {
    return String(error).slice(0, 200);
  }
  return asked > most ? "asked too often" : undefined;
}

async function obey({ record, longest, mutant, cases: chosen, costs }: {
  record?: number;
  longest?: number;
  mutant?: number;
  cases?: number[];
  costs?: number[];
}): Promise<unknown> {
  if (record !== undefined) {
    [on, most, reached] = [-1, Infinity, new Set()];
    const before = process.cpuUsage().user;
    [giveUp, gaveUp] = [before + 1e6 * (longest ?? Infinity), false];
    const failed = await run(cases[record]);
    giveUp = Infinity;
    if (gaveUp) return { late: true };
    const switches = [...reached];
    reached = undefined;
    return { failed, switches, asked, ms: (process.cpuUsage().user - before) / 1000 };
  }
  on = mutant ?? on;
  for (const i of chosen!) {
    most = 1e5 + 30 * costs![i];
    const failed = await run(cases[i]);
    if (failed !== undefined) return { by: i, failed };
  }
  return {};
}

Object.defineProperty(Deno, "test", { value: Object.assign(collect, { ignore: () => {} }) });
Object.defineProperty(Deno, "exit", {
  value: (code: number) => {
    throw new Error(`exit ${code}`);
  },
});
for (const name of ["log", "error", "warn", "info"] as const) console[name] = () => {};
globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());

for (const file of Deno.args.filter((arg) => arg !== early)) await import(`file://${file}`);
answer({ names: cases.map(({ name }) => name), switches: [...reached] });
reached = undefined;
let rest = "";
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n");
  rest = lines.pop()!;
  for (const line of lines) answer(await obey(JSON.parse(line)));
}

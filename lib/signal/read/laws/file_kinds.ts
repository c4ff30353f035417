/** The law that files of different sensors are not recordings of one sensor. */
import { InputError } from "../../../errors.ts";

const kinds: [string, RegExp][] = [
  ["acc", /acc(el(erometer|eration)?)?/i],
  ["gyro", /gyro(scope)?/i],
  ["mag", /magn(etometer|etic)?/i],
  ["gravity", /gravity/i],
  ["orientation", /orientation|attitude|rotation/i],
];

/** The instrument that a file's name tells, and the word for it there. */
export function kindOfFile(name: string): { kind: string; word: string } | undefined {
  for (const [kind, pattern] of kinds) {
    const word = pattern.exec(name.replace(/^.*\//, ""))?.[0];
    if (word !== undefined) return { kind, word };
  }
  return undefined;
}

/**
 * Refuses files whose names tell that each holds another sensor of the same recording.
 *
 * @throws {InputError} with the sensors' parts as they can be written.
 */
export function refuseSensorFiles(names: readonly string[], { time }: { time?: unknown }): void {
  const found = new Map<string, [name: string, word: string]>();
  for (const name of names) {
    const own = kindOfFile(name);
    if (own === undefined) return;
    if (!found.has(own.kind)) found.set(own.kind, [name, own.word]);
  }
  if (found.size < 2) return;
  const parts = [...found.values()].map(([, word]) => `{ files: "${word}", columns: [x, y, z] }`);
  const [[a], [b]] = [...found.values()];
  throw new InputError(`Cannot join recordings: ${a} and ${b} hold different sensors by their names`, {
    hint: `Give every sensor its files: sensors: { phone: [${parts.join(", ")}] }${
      time === undefined ? ", and name their time column under time" : ""
    }; or choose one kind with files: "${[...found.values()][0][1]}".`,
  });
}

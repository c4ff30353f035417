/** The law that files of different sensors are not recordings of one sensor. */
import { InputError } from "../../../errors.ts";

const kinds: [string, RegExp][] = [
  ["acc", /acc(el(erometer|eration)?)?/i],
  ["gyro", /gyro(scope)?/i],
  ["mag", /magn(etometer|etic)?/i],
  ["gravity", /gravity/i],
  ["orientation", /orientation|attitude|rotation/i],
];

const kindOf = (name: string) => kinds.find(([, pattern]) => pattern.test(name.replace(/^.*\//, "")));

/**
 * Refuses files whose names tell that each holds another sensor of the same recording.
 *
 * @throws {InputError} with the sensors' parts as they can be written.
 */
export function refuseSensorFiles(names: readonly string[], { time }: { time?: unknown }): void {
  const found = new Map<string, [string, string, string]>();
  for (const name of names) {
    const kind = kindOf(name);
    if (kind === undefined) return;
    const rest = name.replace(kind[1], "");
    if (!found.has(kind[0])) found.set(kind[0], [name, kind[1].exec(name)![0], rest]);
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

/** Which files of tests share a worker: one costs 0.4 s of a processor before its first test. */

/** Rooms whose tests start programs, wait for them or change what a whole process shares: each file has its worker. */
const alone = new Set([
  "browser",
  "device",
  "docs",
  "e2e",
  "engine",
  "gallery",
  "guides",
  "hailo",
  "mutate",
  "report",
  "schedule",
]);

/** Files a worker: few enough that the last of them leaves no processor idle. */
const most = 8;

/** Files of tests in groups that share a worker, in their order; a file that needs its own is a group of one. */
export function batches(paths: readonly string[]): string[][] {
  const groups: string[][] = [];
  let last = "";
  for (const path of [...paths].sort()) {
    const room = path.split("/")[1]!;
    const group = groups.at(-1);
    if (room === last && !alone.has(room) && group!.length < most) group!.push(path);
    else groups.push([path]);
    last = room;
  }
  return groups;
}

/** The module that runs a group: the files in turn, each by its address. */
export const moduleOf = (addresses: readonly string[]): string =>
  addresses.map((address) => `import ${JSON.stringify(address)};\n`).join("");

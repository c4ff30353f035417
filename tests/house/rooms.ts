/** The rules of rooms and imports, over any set of files. A text analysis: it follows relative imports. */
import { posix } from "node:path";
import type { Source } from "./exports.ts";

/** Rooms of plain functions over typed arrays. */
const science = [
  "signal",
  "fsq",
  "model",
  "cluster",
  "temporal",
  "metrics",
  "onnx",
  "hailo",
  "device",
  "stream",
];
const above = ["steps", "engine", "workflow", "cli", "report", "ui", "schedule"];
const without = (names: string[], name: string) => names.filter((other) => other !== name);

/** Every room, and what it may not import. */
const forbidden: ReadonlyMap<string, string[]> = new Map(Object.entries({
  ...Object.fromEntries(science.map((name) => [name, above])),
  text: ["artifacts", ...science, ...above],
  graph: ["artifacts", ...science, ...above],
  artifacts: [...science, ...above],
  workflow: [...science, ...without(above, "workflow")],
  engine: [...science, "steps", "cli", "report", "ui", "schedule"],
  steps: ["engine", "cli", "ui", "schedule"],
  report: ["steps", "engine", "workflow", "cli", "ui", "schedule"],
  schedule: ["steps", "cli", "ui"],
  ui: ["steps", "cli"],
  research: ["steps", "cli", "ui"],
  cli: [],
}));

/** Most files that a folder may hold. */
const CROWD = 30;

/** The room of a file below lib/; the file itself where it stands beside the rooms. */
export const room = (path: string) => path.split("/")[1]!;

/** Local modules that a file imports, statically or lazily; type-only imports are marked. */
function imports({ path, text }: Source): { target: string; typeOnly: boolean }[] {
  const found = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").matchAll(
    /(import|export)\s+(type\s+)?[^;]*?from\s+"(\.[^"]+)"|import\("(\.[^"]+)"\)/g,
  );
  return [...found].map((m) => ({
    target: posix.join(posix.dirname(path), (m[3] ?? m[4])!),
    typeOnly: m[2] !== undefined,
  }));
}

/** Rooms that the table does not know. */
export function roomsWithoutRow(files: Source[]): string[] {
  const rooms = new Set(files.map(({ path }) => room(path)).filter((name) => !name.endsWith(".ts")));
  return [...rooms].filter((name) => !forbidden.has(name));
}

/** Folders with more files than anyone overlooks. */
export function crowdedFolders(files: Source[]): string[] {
  const folders = Map.groupBy(files, ({ path }) => posix.dirname(path));
  return [...folders].filter(([, inside]) => inside.length > CROWD).map(([folder]) => folder);
}

/** Files that import each other in a circle, type-only imports included; `undefined` where there are none. */
export function circleOf(files: Source[]): string[] | undefined {
  const targets = new Map(files.map((file) => [file.path, imports(file).map(({ target }) => target)]));
  return circle(targets);
}

/** Rooms of science that import each other in a circle; types may go back and forth. */
export function circleOfRooms(files: Source[]): string[] | undefined {
  const edges = new Map<string, string[]>(science.map((name) => [name, []]));
  for (const file of files) {
    for (const { target, typeOnly } of imports(file)) {
      const [from, to] = [room(file.path), room(target)];
      if (!typeOnly && from !== to && edges.has(to)) edges.get(from)?.push(to);
    }
  }
  return circle(edges);
}

function circle(targets: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, trail: string[]): string[] | undefined => {
    const start = trail.indexOf(name);
    if (start >= 0) return [...trail.slice(start), name];
    if (done.has(name)) return undefined;
    for (const next of targets.get(name) ?? []) {
      const found = visit(next, [...trail, name]);
      if (found !== undefined) return found;
    }
    done.add(name);
    return undefined;
  };
  for (const name of targets.keys()) {
    const found = visit(name, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Imports from a room that stands above the importing one. */
export function upwards(files: Source[]): string[] {
  return files.flatMap((file) =>
    imports(file).filter(({ target }) => forbidden.get(room(file.path))?.includes(room(target)))
      .map(({ target }) => `${file.path} imports ${target}`)
  );
}

/** Imports of science by the command line, outside the verbs that are about it. */
export function scienceInVerbs(files: Source[]): string[] {
  const about = /^lib\/cli\/verbs\/(levels\/\w+|stream|preflight|doctor)\.ts$/;
  return files.filter(({ path }) => room(path) === "cli" && !about.test(path)).flatMap((file) =>
    imports(file).filter(({ target }) => science.includes(room(target)))
      .map(({ target }) => `${file.path} imports ${target}`)
  );
}

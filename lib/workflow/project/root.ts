/** A project: a folder of the user's with a small marker file. */
import { dirname, isAbsolute, join, relative } from "../../path.ts";
import { z } from "zod";
import { InputError } from "../../errors.ts";

/** The file that makes a folder a project. */
export const projectFile = "motiflow.json";

const least = 'Write { "version": 1, "name": "…" }.';
const most =
  'Write { "version": 1, "name": "…", "cache": { "shared": "/mnt/team/results", "write": true } }.';

const Marker = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1),
  cache: z.strictObject({
    shared: z.string().min(1).refine((text) => !/^\w{2,}:\/\//.test(text) || /^s3:\/\/[^/]+/.test(text), {
      message: "it is neither a folder nor s3://bucket/prefix",
    }).refine((text) => !/^[~$]/.test(text), {
      message: "~ and variables are the shell's, here stands the whole path",
    }).describe("Folder or s3://bucket/prefix with the results that a team shares."),
    write: z.boolean().default(true).describe("Whether results made here are handed on."),
  }).optional(),
});

/**
 * What a project's marker says: `{ "version": 1, "name": "gait-study" }`, and where it shares results:
 * `"cache": { "shared": "/mnt/team/motiflow" }`.
 */
export type ProjectMarker = z.infer<typeof Marker>;

/**
 * The project root: the nearest folder at or above the file with a `motiflow.json`; without one the nearest with a
 * `deno.json`; else the working directory where the file lies below it, else the file's own folder.
 *
 * @param file Absolute path of a workflow.
 * @throws {InputError} when the marker cannot be read.
 */
export async function findRoot(file: string, cwd: string): Promise<string> {
  for (const names of [[projectFile], ["deno.json", "deno.jsonc"]]) {
    for (let folder = dirname(file);; folder = dirname(folder)) {
      for (const name of names) {
        if (!await isFile(join(folder, name))) continue;
        if (name === projectFile) await readMarker(join(folder, name));
        return folder;
      }
      if (dirname(folder) === folder) break;
    }
  }
  const way = relative(cwd, file);
  return way.startsWith("..") || isAbsolute(way) ? dirname(file) : cwd;
}

/**
 * Reads a project's marker.
 *
 * @throws {InputError} when it is no JSON, or says something else than it may.
 */
export async function readMarker(file: string): Promise<ProjectMarker> {
  let text: string;
  let written: unknown;
  try {
    text = await Deno.readTextFile(file);
    written = JSON.parse(text);
  } catch (cause) {
    throw new InputError(`Cannot read project: ${(cause as Error).message}`, {
      file,
      hint: least,
      cause,
    });
  }
  const parsed = Marker.safeParse(written);
  if (parsed.success) return parsed.data;
  const { settingsMistakes } = await import("../mistakes/settings.ts");
  const { issues } = parsed.error;
  const hint = issues.some(({ path, code }) => path[0] === "cache" || code === "unrecognized_keys")
    ? most
    : least;
  const { message, row } = settingsMistakes(text, Marker, issues);
  throw new InputError(`Cannot read project: ${message}`, { file, row, hint });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

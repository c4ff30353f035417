/** What a step's worker may do, and how a denial is told to the user. */
import { dirname, join, resolve, sep } from "../../path.ts";
import { filePath } from "../system/file_url.ts";
import type { AttemptSpec } from "./executor.ts";
import type { StepPermissions } from "../../workflow/step.ts";
import { StepError } from "../step_error.ts";
import { programRoot } from "../system/program.ts";

/** Where Deno keeps downloaded packages: they are code, so every step may read them. */
function packageCache(): string {
  const env = (name: string) => Deno.env.get(name) ?? "";
  if (env("DENO_DIR") !== "") return env("DENO_DIR");
  switch (Deno.build.os) {
    case "windows":
      return join(env("LOCALAPPDATA"), "deno");
    case "darwin":
      return join(env("HOME"), "Library", "Caches", "deno");
    default:
      return join(env("XDG_CACHE_HOME") || join(env("HOME"), ".cache"), "deno");
  }
}

/** What the program's own steps may read of it. */
export const programFiles = ["lib", "deno.json", "deno.lock"].map((name) => join(programRoot, name));

/**
 * Files of the code of a user's step that it may read: those in the project, beside its module or in the program, and
 * those that the workflow lets it read. A link counts as what it leads to.
 */
export function ownFiles({ root, job, code, permissions }: AttemptSpec): string[] {
  const program = join(programRoot, "lib");
  const folders = [root, dirname(filePath(job.module)), ...permissions.read ?? []].map(real);
  const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}${sep}`);
  return code.files.filter((path) =>
    inside(path, program) || folders.some((folder) => inside(real(path), folder))
  );
}

function real(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path;
  }
}

/** The same permissions wherever the process stands: paths start at the project's root. */
export function fromRoot({ read, ...others }: StepPermissions, root: string): StepPermissions {
  return read === undefined ? others : { ...others, read: read.map((path) => resolve(root, path)) };
}

/**
 * The worker's permission set.
 *
 * @param own Files of the step's own module graph.
 * @param folders Folders of the worker's attempts.
 */
export function workerPermissions(
  declared: StepPermissions,
  own: readonly string[],
  files: readonly string[],
  folders: { read: string[]; write: string[] },
): Deno.PermissionOptionsObject {
  const packages = packageCache();
  return {
    read: [
      ...folders.read,
      ...own,
      ...files,
      packages,
      ...declared.read ?? [],
    ],
    write: folders.write,
    net: declared.net ?? false,
    env: declared.env?.includes("*") ? true : declared.env ?? false,
    run: declared.run ?? false,
    sys: (declared.sys?.includes("*") ? true : declared.sys ?? false) as Deno.PermissionOptionsObject["sys"],
    ffi: declared.ffi ?? false,
    import: false,
  };
}

const keptFromSteps =
  "Deno keeps /dev, /proc and /sys from every step, so neither data nor the project's store may " +
  "lie there: move them, e.g. below /tmp; for files in memory, mount a tmpfs at another place.";

/** Refuses a folder for attempts that no permission opens: Deno takes what lies in /dev/shm for devices. */
export function requireOpen(folder: string): void {
  if (Deno.build.os === "windows" || !/^\/(?:dev|proc|sys)\//.test(folder)) return;
  throw new StepError(`Cannot run a step in ${folder}: ${keptFromSteps}`, "input");
}

/** The message for a user when Deno denied something; undefined for other errors. */
export function explainDenial(name: string, message: string): string | undefined {
  // What the loader of modules says comes as another error.
  const ofLoader = name === "TypeError" && message.startsWith("Requires ");
  if (name !== "NotCapable" && name !== "PermissionDenied" && !ofLoader) return undefined;
  const match = /Requires (\w+) access(?: to (?:"([^"]*)"|<([^>]*)>|([^,]+)))?/.exec(message);
  if (match === null) return undefined;
  const [, kind, quoted, bracketed, bare] = match;
  const target = quoted ?? bracketed ?? bare ?? "";
  if (kind === "all") {
    return `The step tried to use ${target}.\n  ${keptFromSteps}`;
  }
  const doing: Record<string, string> = {
    read: "read",
    write: "write",
    net: "connect to",
    env: "read the environment variable",
    run: "start the program",
    sys: "ask the system for",
    ffi: "load the native library",
    import: "import",
  };
  const remedy = kind === "write"
    ? "A step writes only into its outputs (out(port)) and its scratch folder."
    : kind === "import"
    ? "Import it by a literal name of the import map, so that its version is locked and part of the step's key."
    : `Declare it at the step in the workflow:\n    permissions: { ${kind}: ${
      kind === "ffi" ? "true" : `[${JSON.stringify(target)}]`
    } }`;
  return `The step tried to ${(kind === undefined ? undefined : doing[kind]) ?? kind} ${
    target || "something"
  } without the permission "${kind}".\n  ${remedy}`;
}

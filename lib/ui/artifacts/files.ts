/** The files of an artifact. */
import { join, relative } from "node:path";

/** A file of an artifact; `path` is relative, with slashes. */
export interface ArtifactFile {
  path: string;
  bytes: number;
}

/** All files below a folder, by path. */
export async function listFiles(folder: string): Promise<ArtifactFile[]> {
  const files: ArtifactFile[] = [];
  const walk = async (dir: string): Promise<void> => {
    for await (const entry of Deno.readDir(dir)) {
      const path = join(dir, entry.name);
      if (entry.isDirectory) await walk(path);
      else if (entry.isFile) {
        files.push({
          path: relative(folder, path).replaceAll("\\", "/"),
          bytes: (await Deno.stat(path)).size,
        });
      }
    }
  };
  await walk(folder);
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

const text = "text/plain; charset=utf-8";
const types: Record<string, string> = {
  html: "text/html; charset=utf-8",
  ...Object.fromEntries(
    ["json", "jsonl", "ipynb", "csv", "md", "txt", "log", "alls", "sh", "py", "yaml"].map((
      end,
    ) => [end, text]),
  ),
  svg: "image/svg+xml",
  png: "image/png",
};

/** How a browser is to take a file: text is shown, what it cannot show is saved. */
export function contentType(path: string): string {
  const end = path.split(".").at(-1)?.toLowerCase() ?? "";
  return Object.hasOwn(types, end) ? types[end]! : "application/octet-stream";
}

/** One artifact: what it is, its files, and a look into them. */
import { join, relative } from "node:path";
import type { ArtifactHeader } from "../artifacts/artifact.ts";
import type { RunRecord } from "../engine/mod.ts";
import { bytes } from "../text/numbers.ts";
import { type Html, markup } from "../text/html.ts";

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

const types: Record<string, string> = {
  html: "text/html; charset=utf-8",
  json: "text/plain; charset=utf-8",
  jsonl: "text/plain; charset=utf-8",
  ipynb: "text/plain; charset=utf-8",
  csv: "text/plain; charset=utf-8",
  md: "text/plain; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  log: "text/plain; charset=utf-8",
  alls: "text/plain; charset=utf-8",
  sh: "text/plain; charset=utf-8",
  py: "text/plain; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
};

/** How a browser is to take a file: text is shown, what it cannot show is saved. */
export function contentType(path: string): string {
  return types[path.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
}

/** The page of an artifact; `makers` are those of the `looked` newest runs in which it was an output. */
export function artifactPage(
  id: string,
  header: ArtifactHeader,
  files: readonly ArtifactFile[],
  makers: readonly { run: RunRecord; task: string }[],
  looked: number,
): Html {
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  const link = (path: string) => `/artifacts/${id}/${path.split("/").map(encodeURIComponent).join("/")}`;
  return markup`
    <h1>${header.type}</h1>
    <p class="caption">${id}</p>
    <h2>Facts</h2>
    <pre>${JSON.stringify(header.meta, null, 2)}</pre>
    <h2>Files</h2>
    <div class="table">
      <table>
        <thead>
          <tr>
            <th>file</th>
            <th class="number">size</th>
          </tr>
        </thead>
        <tbody>${
    files.map((file) =>
      markup`
            <tr>
              <td><a href="${link(file.path)}">${file.path}</a></td>
              <td class="number">${bytes(file.bytes)}</td>
            </tr>
          `
    )
  }</tbody>
      </table>
    </div>
    <p class="caption">${files.length} files, ${bytes(total)}</p>
    <h2>Made or restored in</h2>
    <ul>${
    makers.slice(0, 20).map(({ run, task }) =>
      markup`<li><a href="/runs/${run.id}">${run.id}</a> by ${task} of ${run.workflow}</li>`
    )
  }</ul>
    <p class="caption">Of the newest ${looked} runs.</p>
  `;
}

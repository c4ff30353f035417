/** Pages and files of artifacts. */
import { join } from "node:path";
import { htmlPage } from "../answers.ts";
import { fileAnswer } from "../answers.ts";
import type { Project } from "../project.ts";
import { artifactPage } from "./artifact_page.ts";
import { contentType, listFiles } from "./files.ts";
import { ancestorsOf } from "./lineage.ts";
import { preview } from "./preview.ts";
import { tablePage } from "./table_page.ts";

/** Newest runs that are looked through for what was made by whom: a record may be large. */
const LOOKED = 100;
/** Bytes of a file that are read for a table. */
const TABLE_BYTES = 1 << 20;

/** The page of an artifact, or one of its files where `path` names one. */
export async function artifactView(
  project: Project,
  id: string,
  path: string,
  query: URLSearchParams,
): Promise<Response | undefined> {
  const dir = project.folderOf(id);
  const files = await listFiles(dir);
  if (path === "") {
    const header = await project.header(id);
    const runs = await project.engine.listRuns({ limit: LOOKED });
    const makers = runs.flatMap((run) =>
      run.tasks.filter((task) => Object.values(task.outputs).some((output) => output.id === id))
        .map((task) => ({ run, task: task.id }))
    );
    const [maker] = makers;
    const ancestors = maker === undefined ? [] : await ancestorsOf(project.engine, maker.run, maker.task);
    const names = files.map((file) => file.path);
    const look = await preview({ type: header.type, id, dir, files: names }, query);
    const shown = { id, header, files, preview: look, makers, looked: LOOKED, ancestors };
    return htmlPage(header.type, artifactPage(shown));
  }
  // Only what the listing holds: no path of a request is ever opened as it is.
  const file = files.find((one) => one.path === path);
  if (file === undefined) return undefined;
  if (query.get("as") === "table") {
    return htmlPage(path, tablePage(id, path, await beginning(join(dir, file.path))));
  }
  const opened = await Deno.open(join(dir, file.path));
  return fileAnswer(opened.readable, contentType(file.path), { "content-length": `${file.bytes}` });
}

async function beginning(path: string): Promise<string> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(TABLE_BYTES);
  let length = 0;
  for (let n = await file.read(bytes); n !== null && n > 0; n = await file.read(bytes.subarray(length))) {
    length += n;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}

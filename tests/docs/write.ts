/** `deno task docs`: writes every page that says what the code says, and the tasks of the verbs into deno.json. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { artifactPage } from "../house/artifact_docs.ts";
import { verbs } from "../../lib/cli/verbs.ts";
import { referencePages } from "./reference_pages.ts";
import { withVerbTasks } from "./verb_tasks.ts";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
await Deno.remove(join(docs, "steps"), { recursive: true }).catch(() => {});
for (
  const [path, text] of Object.entries({ ...await referencePages(), "artifacts.md": await artifactPage() })
) {
  await Deno.mkdir(dirname(join(docs, path)), { recursive: true });
  await Deno.writeTextFile(join(docs, path), text);
}

const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
await Deno.writeTextFile(config, withVerbTasks(await Deno.readTextFile(config), verbs));

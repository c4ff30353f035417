/** `deno task docs`: writes every page that says what the code says. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { artifactPage } from "../house/artifact_docs.ts";
import { referencePages } from "./reference_pages.ts";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
await Deno.remove(join(docs, "steps"), { recursive: true }).catch(() => {});
for (
  const [path, text] of Object.entries({ ...await referencePages(), "artifacts.md": await artifactPage() })
) {
  await Deno.mkdir(dirname(join(docs, path)), { recursive: true });
  await Deno.writeTextFile(join(docs, path), text);
}

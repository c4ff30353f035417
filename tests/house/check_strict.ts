/**
 * Type-checks rooms in which an element of a list or a table may be absent (`noUncheckedIndexedAccess`): the flag cannot
 * be set for some folders of one configuration, so they are checked once more under a copy of it.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const rooms = ["lib/workflow", "lib/engine", "lib/artifacts"];
const root = fileURLToPath(new URL("../..", import.meta.url));

const config = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
config.compilerOptions.noUncheckedIndexedAccess = true;
config.lock = false;
// Beside the original, so that everything it names by a relative path is found.
const path = await Deno.makeTempFile({ dir: root, prefix: ".strict-", suffix: ".json" });
try {
  await Deno.writeTextFile(path, JSON.stringify(config));
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--config", path, ...rooms],
    cwd: root,
  }).spawn().status;
  Deno.exitCode = code;
} finally {
  await Deno.remove(path);
}

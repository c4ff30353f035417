import assert from "node:assert/strict";
import { alone } from "../../house/alone.ts";
import { only, skipReason } from "../../house/skip.ts";
import { Project } from "../project.ts";

Deno.test(
  "what a run makes is open to the group where the umask says so, and closed where it does not",
  {
    ignore: skipReason(only("not windows")),
  },
  alone(async () => {
    for (const [umask, lacking] of [[0o002, 0o020], [0o077, 0]] as const) {
      await using project = new Project();
      const before = Deno.umask(umask);
      try {
        const engine = await project.open();
        await engine.run(project.plan({ a: { uses: "join", params: { text: "a" }, publish: "out" } }));
      } finally {
        Deno.umask(before);
      }
      const wrong: string[] = [];
      const walk = (folder: string) => {
        for (const { name, isDirectory } of Deno.readDirSync(folder)) {
          const path = `${folder}/${name}`;
          const mode = Deno.lstatSync(path).mode! & 0o777;
          // Contents of the store are for nobody to write.
          const sealed = !isDirectory && /\/(objects|artifacts)\//.test(path);
          if (!sealed && (mode & 0o020) !== lacking) wrong.push(`${mode.toString(8)} ${path}`);
          if (isDirectory) walk(path);
        }
      };
      for (const folder of [".motiflow", "out"]) walk(project.path(folder));
      assert.deepEqual(wrong, [], `umask ${umask.toString(8)}`);
    }
  }),
);

import assert from "node:assert/strict";
import { alone } from "../../house/alone.ts";
import { only, skipReason } from "../../house/skip.ts";
import { fileMode } from "../../../lib/engine/system/modes.ts";
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

Deno.test("asking for modes leaves files of other threads as closed as they are", {
  ignore: skipReason(only("linux")),
}, async () => {
  const folder = await Deno.makeTempDir();
  const code = `let open = 0;
    for (let i = 0; i < 3000; i++) {
      const path = ${JSON.stringify(folder)} + "/" + i;
      Deno.writeTextFileSync(path, "");
      if ((Deno.statSync(path).mode & 0o002) !== 0) open++;
    }
    postMessage(open);`;
  const worker = new Worker(`data:application/javascript,${encodeURIComponent(code)}`, { type: "module" });
  const ended = Promise.withResolvers<number>();
  worker.onmessage = ({ data }) => ended.resolve(data);
  const asking = setInterval(() => {
    for (let i = 0; i < 500; i++) fileMode();
  });
  try {
    assert.equal(await ended.promise, 0);
  } finally {
    clearInterval(asking);
    worker.terminate();
    await Deno.remove(folder, { recursive: true });
  }
});

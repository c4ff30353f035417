/** Recordings by URL, from the command line. */
import assert from "node:assert/strict";
import { Rig } from "./rig.ts";

const rows = Array.from({ length: 200 }, (_, i) => `${Math.sin(i / 5)},${Math.cos(i / 5)},9.81`).join("\n");

function workflow(path: string, more = ""): string {
  return `steps:
  recordings:
    uses: load
    with:
      source: csv
      path: ${path}
${more}      rate: 50
      sensors: { phone: [x, y, z] }
`;
}

Deno.test("load takes a URL, pins it, and says at its line what is wrong with one", async () => {
  let text = `x,y,z\n${rows}\n`;
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response(text),
  );
  const url = `http://127.0.0.1:${server.addr.port}/walk.csv`;
  await using rig = await Rig.open({ "w.yaml": workflow(url) });
  const plan = await rig.run("plan", "w.yaml");
  assert.match(plan.stdout, /run +recordings .*never downloaded/);
  assert.ok(!rig.exists("motiflow.lock"));
  const first = await rig.run("run", "w.yaml");
  assert.equal(first.code, 0, first.stderr);
  const { downloads } = JSON.parse(await rig.read("motiflow.lock"));
  assert.deepEqual(Object.keys(downloads), [url]);
  assert.match((await rig.run("run", "w.yaml")).stdout, /1 restored/);

  text = text.replace("9.81", "9.80");
  await Deno.remove(`${rig.root}/.motiflow`, { recursive: true });
  const changed = await rig.run("run", "w.yaml");
  assert.equal(changed.code, 2);
  assert.match(changed.stderr, new RegExp(`motiflow\\.lock says ${downloads[url]}`));

  const wrong = async (path: string, more = "") => {
    await rig.write("wrong.yaml", workflow(path, more));
    const { code, stderr } = await rig.run("plan", "wrong.yaml");
    assert.equal(code, 2);
    return stderr;
  };
  assert.match(
    await wrong("data.csv", `      sha256: ${"a".repeat(64)}\n`),
    /^wrong\.yaml:7:15: .*for a path that is a URL/m,
  );
  assert.match(await wrong(url, "      sha256: abc\n"), /^wrong\.yaml:7:15: .*64 hexadecimal digits/m);
  assert.match(await wrong("https://me:secret@host/x.csv"), /^wrong\.yaml:6:13: .*must not hold a password/m);
  assert.match(await wrong("ftp://host/x.csv"), /^wrong\.yaml:6:13: .*begins with https:/m);
});

import assert from "node:assert/strict";
import reference from "../reference/fsq_vectors.json" with { type: "json" };
import { hostHead } from "../../lib/model/export/export_host.ts";
import { sampleModel } from "../model/sample_model.ts";
import { skipReason } from "../house/skip.ts";

const folder = new URL("../../hailo/", import.meta.url).pathname;

async function python(): Promise<string | undefined> {
  for (const program of ["python3", "/usr/bin/python3"]) {
    try {
      const { success } = await new Deno.Command(program, { args: ["-c", "import math; math.prod([])"] })
        .output();
      if (success) return program;
    } catch {
      // not on PATH
    }
  }
  return undefined;
}

const program = await python();

async function run(args: string[], input = ""): Promise<{ code: number; out: string; err: string }> {
  const child = new Deno.Command(program!, {
    args,
    cwd: folder,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

Deno.test({
  name: "hailo/fsq.py gives the codes of the shared vectors",
  ignore: skipReason(program === undefined && "no python3"),
  async fn() {
    const script = `
import json, sys
from fsq import Quantizer
print(json.dumps([[Quantizer(c["levels"]).code(z) for z in c["latents"]] for c in json.load(sys.stdin)]))
`;
    const { out, err } = await run(["-c", script], JSON.stringify(reference));
    assert.deepEqual(JSON.parse(out || "null"), reference.map(({ codes }) => codes), err);
    const { levels, latents, codes } = reference[0];
    const lines = await run(["fsq.py", levels.join(",")], latents.map((z) => z.join(" ")).join("\n"));
    assert.deepEqual(lines.out.trim().split("\n").map(Number), codes);
  },
});

Deno.test({
  name: "hailo/fsq.py inverts codes and refuses what it cannot quantise",
  ignore: skipReason(program === undefined && "no python3"),
  async fn() {
    const script = `
from fsq import Quantizer
q = Quantizer([8, 6, 5, 5, 4])
assert q.digits_of(4561) == [1, 0, 0, 4, 3]
assert q.code_of_bounded([0.5, 1.5, -2.5, 99, -99]) == 4 + 5 * 8 + 0 * 48 + 4 * 240 + 0 * 1200
assert Quantizer([8, 6, 5]).values_of(238) == [0.5, 2 / 3, 1.0]
for levels in ([], [2, 5], [4.0]):
    try:
        Quantizer(levels)
    except ValueError:
        continue
    raise AssertionError(levels)
`;
    assert.deepEqual(await run(["-c", script]), { code: 0, out: "", err: "" });
    const { code, err } = await run(["fsq.py", "8,6,5"], "0 0 0\nnan 0 0\n");
    assert.equal(code, 2);
    assert.match(err, /line 2: Cannot quantise: a value is NaN/);
  },
});

Deno.test({
  name: "the packaged host_head.py gives the codes of the shared vectors",
  ignore: skipReason(program === undefined && "no python3"),
  async fn() {
    const cases = reference.map(({ levels, bound }) => ({
      facts: { ...hostHead(sampleModel({ levels, latent: levels.length })), layers: [] },
      bound,
    }));
    const script = `
import json, sys
sys.path.insert(0, "package/scripts")
from host_head import HostHead
print(json.dumps([[HostHead(c["facts"]).code(b) for b in c["bound"]] for c in json.load(sys.stdin)]))
`;
    const { out, err } = await run(["-c", script], JSON.stringify(cases));
    assert.deepEqual(JSON.parse(out || "null"), reference.map(({ codes }) => codes), err);
  },
});

Deno.test({
  name: "hailo/fsq.py takes the constants from host_head.json instead of computing them",
  ignore: skipReason(program === undefined && "no python3"),
  async fn() {
    const cases = reference.map(({ levels, latents }) => ({
      facts: hostHead(sampleModel({ levels, latent: levels.length })),
      latents,
    }));
    const script = `
import json, sys
from fsq import Quantizer
cases = json.load(sys.stdin)
print(json.dumps([[Quantizer.from_host_head(c["facts"]).code(z) for z in c["latents"]] for c in cases]))
facts = cases[0]["facts"]
moved = Quantizer.from_host_head({**facts, "offset": [o + 1 for o in facts["offset"]]})
assert moved.bound(cases[0]["latents"][0])[0] == Quantizer(facts["levels"]).bound(cases[0]["latents"][0])[0] - 1
for wrong in ({"variant": "fsq/paper-tan"}, {"shift": []}, {"levels": None}):
    try:
        Quantizer.from_host_head({**facts, **wrong})
    except ValueError:
        continue
    raise AssertionError(wrong)
`;
    const { out, err } = await run(["-c", script], JSON.stringify(cases));
    assert.deepEqual(JSON.parse(out || "null"), reference.map(({ codes }) => codes), err);
    const file = await Deno.makeTempFile({ suffix: ".json" });
    try {
      await Deno.writeTextFile(file, JSON.stringify(cases[0].facts));
      const lines = await run(["fsq.py", file], cases[0].latents.map((z) => z.join(" ")).join("\n"));
      assert.deepEqual(lines.out.trim().split("\n").map(Number), reference[0].codes, lines.err);
    } finally {
      await Deno.remove(file);
    }
  },
});

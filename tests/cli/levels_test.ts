import assert from "node:assert/strict";
import { join } from "node:path";
import { encodeNpy } from "../../lib/artifacts/npy.ts";

const main = new URL("../../lib/cli/main.ts", import.meta.url).pathname;

async function levels(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", main, "levels", ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

const jsonOf = async (...args: string[]) => JSON.parse((await levels(...args, "--json")).out);

Deno.test("T176 T177 T178 T179 levels analyse prints codes, bits and KiB", async () => {
  const facts = await jsonOf("analyse", "8,5,5,4");
  assert.equal(facts.codes, 800);
  assert.equal(facts.indexKiB, 3.125);
  const { out, code } = await levels("analyse", "[8, 5, 5, 4]");
  assert.match(out, /bits +9\.644 \(3 \+ 2\.322 \+ 2\.322 \+ 2\), 10 stored/);
  assert.match(out, /3\.125 KiB/);
  assert.equal(code, 0);
});

Deno.test("levels ends with exit code 1 when the levels cannot work and 2 when the question is wrong", async () => {
  assert.equal((await levels("analyse", "2,2")).code, 1);
  const wrong = await levels("analyse", "many");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /It must be numbers such as 8,6,5/);
  assert.match((await levels("optimise", "--variances", "1,1")).err, /Give --max-codes or --max-bits/);
});

Deno.test("T104 T105 levels optimise searches exactly and says when it is not feasible", async () => {
  const found = await jsonOf("optimise", "--variances", "1,.5,.25,.125", "--max-codes", "512");
  assert.deepEqual(found.best.levels, [7, 6, 4, 3]);
  const { code, out } = await levels(
    "optimise",
    "--variances",
    "1,1",
    "--max-bits",
    "3",
    "--max-distortion",
    "0.01",
  );
  assert.equal(code, 1);
  assert.match(out, /not feasible/);
});

Deno.test("T106 levels optimise measures entropy and distortion on a file of latents", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const file = join(dir, "latents.npy");
    const z = Float32Array.from({ length: 2000 }, (_, i) => Math.sin(i * i) * (i % 2 === 0 ? 2 : 0.5));
    await Deno.writeFile(file, encodeNpy(z, [1000, 2]));
    const found = await jsonOf("optimise", "--latents", file, "--max-codes", "64");
    const best = found.frontier.find((p: { best: boolean }) => p.best);
    assert.ok(best.levels[0] > best.levels[1]);
    assert.ok(best.measured.entropyBits > 3 && best.measured.entropyBits <= best.bits);
    assert.match(
      (await levels("optimise", "--latents", join(dir, "no.npy"), "--max-codes", "9")).err,
      /no such file/,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("T009 T023 T173 levels select, window, recommend and presets answer", async () => {
  assert.deepEqual((await jsonOf("select", "30", "--complexity", "high")).levels, [8, 6, 5, 5, 4]);
  assert.deepEqual(await jsonOf("window", "4,4", "--rate", "50"), { samples: 150, seconds: 3 });
  assert.deepEqual((await jsonOf("recommend", "500", "4", "--priority", "speed")).levels, [5, 5, 5, 4]);
  assert.ok((await jsonOf("presets")).length > 10);
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { encodeNpy } from "../../../lib/artifacts/npy.ts";

const main = new URL("../../../lib/cli/main.ts", import.meta.url).pathname;

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
  assert.doesNotMatch(out, /compression/);
  const based = (await levels("analyse", "8,6,5,5,4", "--floats", "128")).out;
  assert.match(based, /compression +315\.1 : 1, 13 bits for 128 float32 numbers \(4096 bits\)/);
  assert.equal(code, 0);
});

Deno.test("T133 levels analyse tells codes of [4, 4, 4] in one command", async () => {
  const { out, code } = await levels("analyse", "4,4,4");
  assert.equal(code, 0);
  assert.match(out, /^codes +64$/m);
});

Deno.test("levels ends with exit code 1 when the levels cannot work and 2 when the question is wrong", async () => {
  assert.equal((await levels("analyse", "2,2")).code, 1);
  const wrong = await levels("analyse", "many");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /It must be numbers such as 8,6,5/);
  assert.match(
    (await levels("optimise", "--variances", "1,1")).err,
    /Cannot optimise: neither --max-codes nor --max-bits is given/,
  );
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
  assert.match(out, /not feasible: .* takes 6\.64 bits or more over 2 dimensions \(3\.32 each\)/);
  assert.match(out, /the fewest codes that meet it: \[10, 10\], 100 codes/);
  const two = await levels("optimise", "--variances", "1,1", "--max-codes", "64", "--min-level", "2");
  assert.equal(two.code, 2);
  assert.match(two.err, /two levels are useless/);
});

Deno.test("T106 levels optimise shows the best choice however long the frontier is", async () => {
  const limits = ["--variances", "1,.8,.6", "--max-codes", "4000", "--max-distortion", "0.03"];
  const { best } = await jsonOf("optimise", ...limits);
  const { out } = await levels("optimise", ...limits);
  assert.match(out, /^20 of \d+ choices on the frontier:$/m);
  assert.match(out, new RegExp(`\\[${best.levels.join(", ")}\\] .* best$`, "m"));
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
      /no\.npy: .*the file is missing/,
    );
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("T009 levels select never gives fewer codes for more behaviours, and refuses none", async () => {
  const codes = async (n: number, complexity: string) =>
    (await jsonOf("select", String(n), "--complexity", complexity)).codes;
  assert.deepEqual((await jsonOf("select", "9")).levels, [4, 4, 4]);
  assert.deepEqual((await jsonOf("select", "10")).levels, [8, 6, 5]);
  assert.deepEqual((await jsonOf("select", "30", "--complexity", "high")).levels, [8, 6, 5, 5, 4]);
  assert.ok(await codes(30, "low") >= await codes(29, "low"), "the guide falls back to 64 codes here");
  assert.equal((await levels("select", "0")).code, 2);
});

Deno.test("T023 levels window gives seconds at the user's rate, and demands the rate", async () => {
  assert.deepEqual(await jsonOf("window", "4,4", "--rate", "50"), { samples: 150, seconds: 3 });
  assert.match((await levels("window", "8,6,5,5,4", "--rate", "100")).out, /^75 samples = 0\.75 s at 100 Hz/);
  assert.match((await levels("window", "4,4")).err, /--rate <hertz>/);
});

Deno.test("T019 T020 T021 T022 levels window lists the guide's pairs with the seconds that they really last", async () => {
  const pairs: { length: number; seconds: number; levels: number[] }[] = await jsonOf(
    "window",
    "--rate",
    "50",
  );
  assert.deepEqual(pairs.map((p) => [p.length, p.seconds, p.levels.join()]), [
    [50, 1, "4,4"],
    [100, 2, "4,4,4"],
    [150, 3, "8,6,5"],
    [200, 4, "8,6,5,5,4"],
  ]);
  const { out } = await levels("window", "4,4", "--rate", "50");
  assert.match(out, /one prediction every 1\.5 s/, "the hop is stated");
});

Deno.test("T173 T174 T175 levels recommend answers, and says why a target is out of reach", async () => {
  const of = async (...args: string[]) => (await jsonOf("recommend", ...args)).levels;
  assert.deepEqual(await of("500", "4", "--priority", "speed"), [5, 5, 5, 4]);
  assert.deepEqual(await of("500", "4", "--falling"), [7, 6, 4, 3]);
  assert.deepEqual(await of("2000", "4", "--priority", "accuracy"), [10, 8, 5, 5]);
  assert.deepEqual(await of("2000", "4", "--priority", "accuracy", "--max-level", "8"), [8, 7, 6, 6]);
  const small = await levels("recommend", "10", "4", "--priority", "accuracy");
  assert.equal(small.code, 1);
  assert.match(small.out, /not feasible: 4 dimensions of at least 5 levels make 625 codes or more/);
});

Deno.test("T126 levels presets holds the paper's rows and marks levels below its least", async () => {
  const rows: { name: string; codes: number; belowPaper: boolean }[] = await jsonOf("presets");
  assert.deepEqual(rows.filter((r) => r.name.startsWith("paper")).map((r) => r.codes), [
    240,
    1000,
    4375,
    15360,
    64000,
  ]);
  assert.ok(rows.every((r) => !(r.name.startsWith("paper") && r.belowPaper)));
  assert.equal(rows.find((r) => r.name === "optimized")!.belowPaper, true);
});

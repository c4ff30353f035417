/** Every host of a package makes of raw samples what the batch makes of the recording. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Architecture } from "../../../lib/artifacts/model.ts";
import { optionsOf } from "../../../lib/stream/smoothing.ts";
import { decodeByHsmm } from "../../../lib/temporal/hsmm/motifs.ts";
import { stretchesOf } from "../../../lib/temporal/stretches.ts";
import { batchOf } from "../../stream/batch.ts";
import { skipReason } from "../../house/skip.ts";
import { csvOf, gravityRecordings, packBehaviours } from "../behaviour_package.ts";
import { mapsGraph, sequenceGraph } from "../recorded_graphs.ts";
import { withFolder } from "../sample_bundle.ts";
import { copyFolder, damages, oddInputs } from "./odd_inputs.ts";
import { streamTold, type Told } from "./stream_told.ts";
import { assertNoWarning } from "../python_warnings.ts";

async function run(program: string, args: string[], cwd: string) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    ...{ args, cwd, stdin: "null" },
    env: { PYTHONDONTWRITEBYTECODE: "1" },
  }).output().catch(() => ({ code: -1, stdout: new Uint8Array(), stderr: new Uint8Array() }));
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertNoWarning(err);
  return {
    code,
    out,
    err,
    lines: out.split("\n").filter((line) => line.startsWith('{"event')).map((line) => JSON.parse(line)),
  };
}

const compiler =
  (await run("c++", ["-fsanitize=address,undefined", "-x", "c++", "-fsyntax-only", "/dev/null"], "/"))
    .code === 0;
const numpy = (await run("python3", ["-c", "import numpy"], "/")).code === 0;

const latents = { space: "latent", method: "gmm", covariance: "full", regCovar: 1e-3 };
for (
  const [kind, how, states] of [
    ["motifs of codes and behaviours", true, undefined],
    ["motifs of latents and behaviours", latents, undefined],
    ["motifs and states of a model that observes them", latents, "motifs"],
    ["motifs and states of a model that observes codes", latents, "codes"],
  ] as const
) {
  Deno.test({
    name: `the Python host names the windows, codes, ${kind} of the batch, gap and filter included`,
    ignore: skipReason(!numpy && "no python3 with numpy"),
    async fn() {
      await withFolder(async (dir) => {
        const { raw, whole } = gravityRecordings();
        const packed = await packBehaviours(dir, whole, {}, how, states && { states });
        const second = { ...whole, recordings: whole.recordings.slice(1) };
        const batch = await batchOf(packed.model, second, 25, optionsOf(packed.rules), packed.motifs);
        const file = join(dir, "second.csv");
        await Deno.writeTextFile(file, csvOf(raw, 1));
        const args = ["-W", "error", "scripts/stream.py", file, "--time", "time", "--backend", "none"];
        const { code, lines, err } = await run("python3", args, packed.dir);
        assert.equal(code, 0, err);
        const predictions = lines.filter((line) => line.event === "prediction");
        assert.deepEqual(predictions.map((p) => p.start), [...batch.windows.start]);
        assert.deepEqual(predictions.map((p) => p.code), [...batch.codes]);
        assert.deepEqual(predictions.map((p) => p.motif.id), [...batch.motifs!.labels]);
        assert.deepEqual(
          predictions.map((p) => p.label),
          [...batch.labels].map((id) => packed.model.labels[id]),
        );
        const smoothed = lines.flatMap((l) =>
          l.event === "end" ? l.smoothed : l.smoothed === null ? [] : [l.smoothed]
        );
        const codes = { codes: batch.codes, levels: packed.model.architecture.levels! };
        const wanted = packed.states === undefined ? batch.smoothed : decodeByHsmm(
          packed.states,
          { motifs: batch.motifs!, codes: codes as any },
          stretchesOf(batch.windows),
        );
        assert.deepEqual(smoothed.map((d) => d.id), [...wanted]);
        if (states !== undefined) {
          assert.deepEqual(
            smoothed.map((d) => d.label),
            [...wanted].map((id) => "abc"[id]),
          );
        }
        // Names of behaviours are those of the states, where there are any.
        const named = states === undefined ? packed.names! : packed.names!.map((_, id) => `motif ${id}`);
        predictions.forEach((p) => {
          const known = how !== true || packed.seen!.has(p.code);
          assert.equal(p.behaviour, known ? named[p.motif.id] : "unknown");
          const posterior =
            batch.motifs!.posterior[batch.motifs!.points[p.index] * batch.motifs!.k + p.motif.id];
          assert.ok(Math.abs(p.motif.confidence - posterior) < 1e-4, `${p.motif.confidence} ${posterior}`);
        });
        assert.equal(predictions.some((p) => p.behaviour === "unknown"), how === true);
        assert.ok(new Set(predictions.map((p) => p.behaviour)).size > 1);
      });
    },
  });
}

const recorded = { blocks: [], pooling: [] };

/** Packages that differ in what a host has to compute. */
const variants: [
  name: string,
  phase: "zero" | "causal",
  changes: Partial<Architecture>,
  motifs: boolean | Record<string, unknown>,
  states?: "motifs" | "codes",
][] = [
  ["motifs over causal gravity", "causal", {}, true],
  [
    "gravity that must be supplied, class labels only",
    "zero",
    { neck: [7], pooling: ["std", "mean"] },
    false,
  ],
  ["segments and no quantiser", "causal", { segments: 3, pooling: ["max", "std"], levels: null }, false],
  ["k-means of latents", "causal", {}, { space: "latent", k: 3 }],
  ["states of a model that observes codes", "causal", {}, true, "codes"],
  [
    "a mixture of latents with full covariances, behind pooled deviations",
    "causal",
    { pooling: ["mean", "std"] },
    { space: "latent", method: "gmm", covariance: "full", regCovar: 1e-3 },
  ],
  ["codes alone", "causal", { classes: 0, head: [], levels: [5, 4], latent: 2 }, false],
  ["an encoder of maps, written with TensorFlow.js", "causal", { ...recorded, graph: mapsGraph }, true],
  ["a recurrent one", "causal", { ...recorded, graph: sequenceGraph, neck: [5] }, false],
];

/** One package of each kind for all hosts, gone when the tests are over. */
const made = new Map<string, Promise<string>>();
function packageOf([name, phase, changes, motifs, states]: (typeof variants)[number]): Promise<string> {
  const make = async () => {
    const dir = await Deno.makeTempDir({ prefix: "hosts-test-" });
    globalThis.addEventListener("unload", () => Deno.removeSync(dir, { recursive: true }));
    return (await packBehaviours(dir, gravityRecordings(phase).whole, changes, motifs, states && { states }))
      .dir;
  };
  if (!made.has(name)) made.set(name, make());
  return made.get(name)!;
}

for (const variant of variants) {
  Deno.test({
    name: `the Python host reproduces the golden stream: ${variant[0]}`,
    ignore: skipReason(!numpy && "no python3 with numpy"),
    async fn() {
      const dir = await packageOf(variant);
      const args = ["-W", "error", "scripts/selftest.py", "--backend", "none"];
      const { code, out } = await run("python3", args, dir);
      assert.equal(code, 0, out);
      const { stream, device } = JSON.parse(out);
      assert.deepEqual([stream.equal_lines, stream.windows], [stream.n, 18]);
      assert.ok(device.max_abs_error < 1e-5);
    },
  });
}

/** The C++ host, built once. */
let built: Promise<string> | undefined;
function programOf(root: string): Promise<string> {
  return built ??= (async () => {
    const program = join(root, "..", "stream");
    const flags = ["-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsanitize=address,undefined"];
    const { code, err } = await run("c++", [...flags, "-o", program, "examples/cpp/stream.cpp"], root);
    assert.equal(code, 0, err);
    return program;
  })();
}

Deno.test({
  name:
    "the C++ host reproduces the golden stream of every package, under address and undefined-behaviour checks",
  ignore: skipReason(!compiler && "no c++ with sanitizers"),
  async fn() {
    await withFolder(async (dir) => {
      const first = await packageOf(variants[0]);
      const program = await programOf(first);
      for (const variant of variants) {
        const root = await packageOf(variant);
        const supplied = variant[1] === "zero" ? ["--supplied-gravity"] : [];
        const golden = join(root, "selftest/stream.csv");
        const { code, lines, err } = await run(program, [root, golden, "--time", "time", ...supplied], dir);
        assert.deepEqual([code, err], [0, "18 windows\n"]);
        const expected = await Deno.readTextFile(join(root, "selftest/stream.expected.jsonl"));
        compare(lines, expected.trimEnd().split("\n").map((line) => JSON.parse(line)), variant[0]);
      }
      const table = await Deno.readTextFile(join(first, "selftest/stream.csv"));
      // The same samples in another unit are the same lines; what no channel has is refused.
      const other = join(dir, "g.csv");
      await Deno.writeTextFile(other, inUnit(table, 9.80665));
      const turned = await run(program, [first, other, "--time", "time", "--units", "acc=g"], dir);
      const python = ["-W", "error", "scripts/stream.py", other, "--time", "time", "--backend", "none"];
      const want = (await Deno.readTextFile(join(first, "selftest/stream.expected.jsonl"))).trimEnd().split(
        "\n",
      )
        .map((line) => JSON.parse(line));
      assert.equal(turned.code, 0, turned.err);
      compare(turned.lines, want, "C++ in g", 1e-3);
      if (numpy) {
        const same = await run("python3", [...python, "--units", "acc=g"], first);
        assert.equal(same.code, 0, same.err);
        compare(same.lines, want, "Python in g", 1e-3);
        const wrong = await run("python3", [...python, "--units", "acc=deg/s"], first);
        assert.match(wrong.err, /cannot take acc=deg\/s: the model has .* in m\/s\^2/);
        assert.equal(wrong.code, 2);
      }
      assert.match(
        (await run(program, [first, other, "--units", "mag=g"], dir)).err,
        /cannot take mag=g: the model has waist\.mag_x in uT/,
      );
      assert.equal((await run(program, [first, other, "--time", "absent"], dir)).code, 2);
      assert.match((await run(program, [first, "--tme", "t"], dir)).err, /there is no option --tme/);
      assert.match((await run(program, [first, "tcp:99999"], dir)).err, /a port is a number from 0 to 65535/);
      assert.equal((await run(program, [dir], dir)).code, 2);
    });
  },
});

/** Runs stream.py on many packages and tables in one process, and prints what each gave. */
const manyTimes = `
import contextlib, io, json, pathlib, sys
sys.path.insert(0, "scripts")
import stream
for root, table in json.load(sys.stdin):
    stream.ROOT = pathlib.Path(root)
    sys.argv = ["stream.py", table, "--time", "time", "--backend", "none"]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = stream.main()
    print(json.dumps({"code": code, "out": out.getvalue(), "err": err.getvalue()}))
`;

async function pythonTold(root: string, wanted: [root: string, table: string][]): Promise<Told[]> {
  const child = new Deno.Command("python3", {
    ...{ args: ["-W", "error", "-c", manyTimes], cwd: root, env: { PYTHONDONTWRITEBYTECODE: "1" } },
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(wanted)));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(err, "");
  return out.trim().split("\n").map((line) => JSON.parse(line));
}

/** The row that is refused, where one is. */
const rowOf = ({ err }: Told) => /(?:row |table:)(\d+): (?:Cannot read sample:|[^C])/.exec(err)?.[1];

const linesOf = ({ out }: Told) =>
  out.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));

Deno.test({
  name:
    "odd tables and damaged packages are the same lines and words to the stream, the Python and the C++ host",
  ignore: skipReason(!(numpy && compiler) && "no python3 with numpy or no c++ with sanitizers"),
  async fn() {
    await withFolder(async (dir) => {
      const root = await packageOf(variants[0]);
      const program = await programOf(root);
      const golden = await Deno.readTextFile(join(root, "selftest/stream.csv"));
      const rows = golden.trimEnd().split("\n").slice(1).map((line) => line.split(","));
      const cases: { name: string; root: string; table: string; says?: RegExp; own?: true }[] = [];
      for (const [i, { name, text, says, own }] of oddInputs.entries()) {
        const table = join(dir, `${i}.csv`);
        const made = text(rows);
        await Deno.writeFile(table, typeof made === "string" ? new TextEncoder().encode(made) : made);
        cases.push({ name, root, table, says, ...(own && { own }) });
      }
      for (const [i, { name, spoil, says }] of damages.entries()) {
        const copy = join(dir, `package-${i}`);
        await copyFolder(root, copy, ["models", "pipeline.json", "SHA256SUMS", "MANIFEST.json"]);
        await spoil(copy);
        cases.push({ name, root: copy, table: join(root, "selftest/stream.csv"), says });
      }
      const python = await pythonTold(root, cases.map(({ root, table }) => [root, table]));
      const want = linesOf(await streamTold(root, join(root, "selftest/stream.csv")));
      for (const [i, { name, root, table, says, own }] of cases.entries()) {
        const stream = await streamTold(root, table);
        const cpp = await run(program, [root, table, "--time", "time"], dir);
        for (const [host, told] of Object.entries({ stream, python: python[i], cpp })) {
          if (says !== undefined) assert.match(told.err, says, `${host}, ${name}`);
          const doubted = /look like/.test(told.err);
          assert.equal(rowOf(told), rowOf(stream), `${host}, ${name}`);
          if (host !== "stream") {
            assert.equal(told.code !== 0, says !== undefined && !doubted, `${host}, ${name}`);
          }
          compare(
            linesOf(told),
            says === undefined && !own ? want : linesOf(stream),
            `${host}, ${name}`,
            1e-4,
          );
        }
      }
    });
  },
});

/** A table of samples whose accelerations are divided. */
function inUnit(table: string, by: number): string {
  const lines = table.trimEnd().split("\n");
  const header = lines.findIndex((line) => !line.startsWith("#"));
  const names = lines[header].split(",");
  const turned = (line: string) =>
    line.split(",").map((cell, i) => names[i].includes("acc") ? Number(cell) / by : cell).join(",");
  return lines.map((line, i) => i <= header ? line : turned(line)).join("\n") + "\n";
}

/** Numbers within what float32 leaves open, all else equal. */
function compare(got: unknown, want: unknown, at: string, tolerance = 1e-5): void {
  if (typeof want === "number" && typeof got === "number") {
    assert.ok(Math.abs(got - want) < tolerance, `${at}: ${got} for ${want}`);
  } else if (typeof want === "object" && want !== null) {
    assert.deepEqual(Object.keys(got as object), Object.keys(want), at);
    for (const [key, value] of Object.entries(want)) {
      compare((got as any)[key], value, `${at}.${key}`, tolerance);
    }
  } else assert.equal(got, want, at);
}

import assert from "node:assert/strict";
import { join } from "node:path";
import { copyTree } from "../../lib/artifacts/artifact.ts";
import benchmark from "../../lib/steps/benchmark_on_device.ts";
import compile from "../../lib/steps/compile_hailo.ts";
import step from "../../lib/steps/package.ts";
import { json, sampleBundle, withFolder } from "../hailo/sample_bundle.ts";
import { sampleModel } from "../model/sample_model.ts";
import { Model } from "../../lib/artifacts/model.ts";
import { runOnDirectories } from "./hailo_steps.ts";
import { skipReason } from "../house/skip.ts";

/** Runs a program; returns its exit code and all it printed. */
async function run(program: string, args: string[], cwd: string, env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    env,
    stdin: "null",
  }).output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

async function exists(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

const hasPython = await exists("python3");
const hasBash = await exists("bash");
const hasCompiler = await exists("c++");

/** All files below `dir` with their content, by path. */
async function content(dir: string, prefix = ""): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const entry of Deno.readDir(dir)) {
    const path = join(dir, entry.name);
    if (entry.isDirectory) {
      for (const [k, v] of await content(path, `${prefix}${entry.name}/`)) found.set(k, v);
    } else found.set(prefix + entry.name, (await Deno.readFile(path)).toHex());
  }
  return new Map([...found].sort());
}

/** A package made of everything that runs without a device. */
async function pack(dir: string, name = "package"): Promise<string> {
  const bundle = await sampleBundle();
  const hef = join(dir, `${name}-hef`);
  await runOnDirectories(compile, { bundle }, { sdk: { program: "no-such-program-hailo" } }, hef);
  const model = sampleModel();
  const modelDir = join(dir, `${name}-model`);
  await Deno.mkdir(modelDir);
  await Model.write(modelDir, model);
  const out = join(dir, name);
  await runOnDirectories(step, { bundle, hef, model: modelDir }, {}, out, { model });
  return out;
}

Deno.test("T239 T267 T268 T269 T273 T275 package holds the promised files and nothing that was not made", async () => {
  await withFolder(async (dir) => {
    const out = await pack(dir);
    const paths = [...(await content(out)).keys()];
    for (
      const path of [
        "MANIFEST.json",
        "SHA256SUMS",
        "README.md",
        "deployment_results.json",
        "sbom.cdx.json",
        "models/checkpoint.npz",
        "models/model.full.onnx",
        "models/model.device.onnx",
        "models/model_metadata.json",
        "models/host_head.json",
        "scripts/compile_hailo8.sh",
        "scripts/deploy_to_pi.sh",
        "scripts/test_performance.sh",
        "scripts/selftest.py",
        "scripts/bench.py",
        "docs/deployment_guide.md",
        "docs/MODEL_CARD.md",
        "docs/model_card.json",
        "selftest/selftest.json",
        "hailo/calibration.npy.sha256",
        "examples/python/classify.py",
        "examples/cpp/classify.cpp",
      ]
    ) assert.ok(paths.includes(path), path);
    assert.ok(!paths.includes("models/model.hef"));
    const manifest = await json(out, "MANIFEST.json");
    const listed = manifest.files.map((f: { path: string }) => f.path);
    assert.deepEqual(listed, paths.filter((p) => p !== "MANIFEST.json" && p !== "SHA256SUMS"));
    const guide = await Deno.readTextFile(join(out, "docs/deployment_guide.md"));
    const { levels } = sampleModel().architecture;
    assert.ok(guide.includes(`path: "logs/*.jsonl", levels: [${levels!.join(", ")}] } }`));
    assert.ok(guide.includes("current_windows: logged, current_codes: logged-codes }"));
    const readme = await Deno.readTextFile(join(out, "README.md"));
    for (const [, path] of readme.split("## Files")[1].matchAll(/^- (\S+)$/gm)) {
      assert.ok(paths.includes(path), `README names ${path}`);
    }
  });
});

Deno.test("T093 T286 package says what was not compiled and not measured, and why", async () => {
  await withFolder(async (dir) => {
    const out = await pack(dir);
    const { status, verdict } = await json(out, "MANIFEST.json");
    assert.equal(status.hef, "not-compiled");
    assert.match(status.reason, /^SDK_MISSING/);
    assert.equal(status.latency, "not-measured");
    assert.equal(verdict, "not-recommended");
    const results = await json(out, "deployment_results.json");
    assert.equal(results.latency, null);
    assert.match(results.latency_reason, /no benchmark-on-device step/);
    const card = await Deno.readTextFile(join(out, "docs/MODEL_CARD.md"));
    assert.match(card, /Trained on simulated data only/);
    assert.match(card, /not recommended for deployment/);
  });
});

Deno.test("T274 package carries measured latency with its machine, n and origin", async () => {
  await withFolder(async (dir) => {
    const bundle = await sampleBundle();
    const params = { iterations: 30, warmup: 2, launches: 1, modes: ["back-to-back"] };
    await runOnDirectories(benchmark, { bundle }, params, join(dir, "bench"));
    const out = join(dir, "package");
    await runOnDirectories(step, { bundle, benchmark: join(dir, "bench") }, {}, out);
    const { latency } = await json(out, "deployment_results.json");
    assert.equal(latency.n, 30);
    assert.equal(latency.origin, "measured");
    assert.match(latency.device, /onnxruntime/);
    assert.match(await Deno.readTextFile(join(out, "README.md")), /This is a CPU, not a Hailo-8/);
  });
});

Deno.test("T300 package lists its parts as CycloneDX 1.6 whose references resolve", async () => {
  await withFolder(async (dir) => {
    const out = join(dir, "package");
    const metric = { value: 0.9, n: 50, of: "windows", origin: "measured" };
    const interval = { level: 0.95, lower: 0.8, upper: 0.95, method: "wilson" };
    const metrics = { metrics: { accuracy: { ...metric, interval } }, tables: {}, details: {} };
    await runOnDirectories(step, { bundle: await sampleBundle() }, {}, out, { metrics });
    const bom = await json(out, "sbom.cdx.json");
    assert.deepEqual([bom.bomFormat, bom.specVersion], ["CycloneDX", "1.6"]);
    assert.match(
      bom.serialNumber,
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    const [model, data] = bom.components;
    assert.deepEqual(model.modelCard.quantitativeAnalysis.performanceMetrics, [{
      type: "accuracy",
      value: "0.9",
      slice: "n = 50 windows, measured",
      confidenceInterval: { lowerBound: "0.8", upperBound: "0.95" },
    }]);
    const refs = [bom.metadata.component, model, data, ...model.components].map((c: any) => c["bom-ref"]);
    assert.equal(new Set(refs).size, refs.length);
    for (const { ref, dependsOn } of bom.dependencies) {
      for (const name of [ref, ...dependsOn]) assert.ok(refs.includes(name), name);
    }
    const { files } = await json(out, "MANIFEST.json");
    for (const { name, hashes } of model.components) {
      assert.equal(hashes[0].content, files.find((f: { path: string }) => f.path === name).sha256);
    }
  });
});

Deno.test("package built twice is byte-identical", async () => {
  await withFolder(async (dir) => {
    const [a, b] = [await pack(dir, "a"), await pack(dir, "b")];
    assert.deepEqual(await content(a), await content(b));
  });
});

Deno.test({
  name: "package verifies itself from an empty folder: sha256sum and the self-test",
  ignore: skipReason(!hasPython && "no python3"),
  async fn() {
    await withFolder(async (dir) => {
      const out = await pack(dir);
      const moved = join(dir, "elsewhere");
      await copyTree(out, moved);
      assert.equal((await run("sha256sum", ["--quiet", "-c", "SHA256SUMS"], moved)).code, 0);
      const passed = await run("python3", ["-I", "scripts/selftest.py"], moved);
      // -I hides the script's folder as well on some versions; the plain call is the documented one.
      const plain = passed.code === 0 ? passed : await run("python3", ["scripts/selftest.py"], moved);
      assert.equal(plain.code, 0, plain.text);
      const report = JSON.parse(plain.text.slice(0, plain.text.lastIndexOf("}") + 1));
      assert.equal(report.host_head.passed, true);
      assert.equal(report.host_head.n, 16);

      assert.deepEqual(
        [...(await content(moved)).keys()],
        [...(await content(out)).keys()],
        "nothing was left behind",
      );

      const head = join(moved, "models/host_head.json");
      const facts = JSON.parse(await Deno.readTextFile(head));
      facts.basis.reverse();
      await Deno.writeTextFile(head, JSON.stringify(facts));
      const spoiled = await run("python3", ["scripts/selftest.py", "--backend", "none"], moved);
      assert.equal(spoiled.code, 1);
      const after = JSON.parse(spoiled.text.slice(0, spoiled.text.lastIndexOf("}") + 1));
      assert.deepEqual(after.files.bad, ["models/host_head.json"]);
      assert.ok(after.host_head.wrong_codes > 0);
    });
  },
});

Deno.test({
  name: "the self-test names what is missing, foreign or edited, and a manifest that tells otherwise",
  ignore: skipReason(!hasPython && "no python3"),
  async fn() {
    await withFolder(async (dir) => {
      const out = await pack(dir);
      const program = `import hashlib, json, pathlib, shutil, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1] + "/scripts")
from selftest import check_files
def hash(p): return hashlib.sha256(p.read_bytes()).hexdigest()
def swap(p, old, new): p.write_text(p.read_text().replace(old, new))
def edit(d):
    p = d / "models/encoder.json"; old = hash(p); p.write_text(p.read_text() + " "); return old, hash(p)
def sums(d): swap(d / "SHA256SUMS", *edit(d))
def manifest(d):
    pair = edit(d); swap(d / "SHA256SUMS", *pair); m = d / "MANIFEST.json"; old = hash(m); swap(m, *pair)
    swap(d / "SHA256SUMS", old, hash(m))
cases = [lambda d: None, lambda d: (d / "notes.txt").write_text("own"), lambda d: (d / "SHA256SUMS").write_text(""),
         lambda d: (d / "SHA256SUMS").unlink(), lambda d: (d / "models/model.hef").write_text("x"),
         lambda d: (d / "models/encoder.json").unlink(), edit, sums, manifest]
found = []
for case in cases:
    copy = pathlib.Path(sys.argv[2]); shutil.rmtree(copy, True); shutil.copytree(sys.argv[1], copy)
    case(copy); found.append(check_files(copy))
print(json.dumps(found))`;
      const { code, text } = await run("python3", ["-c", program, out, join(dir, "copy")], dir);
      assert.equal(code, 0, text);
      assert.deepEqual(JSON.parse(text), [
        [],
        [],
        ["SHA256SUMS: missing or empty"],
        ["SHA256SUMS: missing or empty"],
        ["models/model.hef: not of this package"],
        ["models/encoder.json: missing"],
        ["models/encoder.json"],
        ["MANIFEST.json: another hash of models/encoder.json"],
        ["MANIFEST.json: the id is not that of its files"],
      ]);
      await Deno.remove(join(out, "models/host_head.json"));
      const missing = await run("python3", ["scripts/selftest.py"], out);
      assert.equal(missing.code, 1);
      assert.match(missing.text, /self-test FAILED: models\/host_head.json: missing/);
      await Deno.writeTextFile(join(out, "SHA256SUMS"), "");
      if (hasBash) assert.equal((await run("bash", ["scripts/test_performance.sh"], out)).code, 1);
    });
  },
});

Deno.test({
  name: "T279 package example in Python reproduces the golden codes and refuses a window that is not there",
  ignore: skipReason(!hasPython && "no python3"),
  async fn() {
    await withFolder(async (dir) => {
      const out = await pack(dir);
      const python = await run("python3", ["examples/python/classify.py", "3"], out);
      assert.equal(python.code, 0, python.text);
      const { codes } = await json(out, "selftest/selftest.json");
      assert.match(python.text, new RegExp(`code ${codes[3]},`));
      assert.equal((await run("python3", ["examples/python/classify.py", "99"], out)).code, 2);
    });
  },
});

Deno.test({
  name: "T279 package example in C++ reproduces every golden code, and notices a wrong one",
  ignore: skipReason(!hasCompiler && "no c++"),
  async fn() {
    await withFolder(async (dir) => {
      const out = await pack(dir);
      const program = join(dir, "classify");
      const flags = ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-o", program];
      const built = await run("c++", [...flags, "examples/cpp/classify.cpp"], out);
      assert.equal(built.code, 0, built.text);
      const right = await run(program, [out], dir);
      assert.equal(right.code, 0, right.text);
      assert.match(right.text, /16 of 16 golden codes reproduced/);
      const file = join(out, "selftest/selftest.json");
      const facts = await json(file);
      facts.codes[7]++;
      await Deno.writeTextFile(file, JSON.stringify(facts));
      const wrong = await run(program, [out], dir);
      assert.equal(wrong.code, 1);
      assert.match(wrong.text, /window 7: .*WRONG/);
      assert.equal((await run(program, [join(dir, "absent")], dir)).code, 2);
    });
  },
});

Deno.test("T235 package ticks sixteen boxes by evidence, in four groups", async () => {
  await withFolder(async (dir) => {
    const out = await pack(dir);
    const { readiness } = await json(out, "docs/model_card.json");
    const groups = Object.groupBy(readiness.checklist as { group: string }[], (c) => c.group);
    assert.deepEqual(Object.entries(groups).map(([g, items]) => [g, items!.length]), [
      ["model", 4],
      ["export", 4],
      ["integration", 4],
      ["safety", 4],
    ]);
    const golden = readiness.checklist.find((c: { item: string }) =>
      /golden windows are packed/.test(c.item)
    );
    assert.deepEqual([golden.done, golden.evidence], [
      true,
      "16 recorded windows, 0 wrong codes, computed while packing",
    ]);
    assert.ok(readiness.checklist.every((c: { evidence: string }) => c.evidence.length > 0));
  });
});

Deno.test({
  name: "T271 T295 package scripts are well-formed and fail clearly without their settings",
  ignore: skipReason((!hasBash || !hasPython) && "no bash or python3"),
  async fn() {
    await withFolder(async (dir) => {
      const out = await pack(dir);
      for (const script of ["compile_hailo8", "deploy_to_pi", "test_performance"]) {
        assert.equal((await run("bash", ["-n", `scripts/${script}.sh`], out)).code, 0, script);
        const help = await run("bash", [`scripts/${script}.sh`, "--help"], out);
        assert.equal(help.code, 0, script);
        assert.match(help.text, new RegExp(`${script}.sh`));
      }
      const compiled = join(dir, "pyc");
      for (const script of ["host_head", "backends", "selftest", "bench"]) {
        const code =
          `import py_compile; py_compile.compile("scripts/${script}.py", "${compiled}", doraise=True)`;
        assert.equal((await run("python3", ["-c", code], out)).code, 0, script);
      }
      const unset = await run("bash", ["scripts/deploy_to_pi.sh"], out, { PI_HOST: "", PI_USER: "" });
      assert.notEqual(unset.code, 0);
      assert.match(unset.text, /set PI_HOST/);
      const dry = await run("bash", ["scripts/deploy_to_pi.sh", "--dry-run"], out, {
        PI_HOST: "box",
        PI_USER: "pi",
      });
      assert.equal(dry.code, 0, dry.text);
      assert.match(dry.text, /StrictHostKeyChecking=yes/);
      const bad = await run("bash", ["scripts/deploy_to_pi.sh"], out, { PI_HOST: "-oX", PI_USER: "pi" });
      assert.match(bad.text, /no host name/);
    });
  },
});

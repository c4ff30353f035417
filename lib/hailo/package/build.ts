/** Collects the files of a package from a bundle and what was made of it. */
import { join } from "node:path";
import { benchmarkFiles } from "../../artifacts/benchmark.ts";
import { bundleFiles } from "../../artifacts/onnx_bundle.ts";
import { hefFiles } from "../../artifacts/hef.ts";
import { modelFiles } from "../../artifacts/model.ts";
import type { Role } from "../../artifacts/package.ts";
import { type CodeMotifs, type Pipeline, pipelineFile } from "../../stream/pipeline_file.ts";
import { sha256 } from "../../artifacts/sha256.ts";
import { InputError } from "../../errors.ts";
import { modelCard, modelCardPage } from "./model_card.ts";
import { deploymentGuide, readme } from "./docs.ts";
import { writeC } from "./c/write_c.ts";
import { pageFiles } from "./browser/page_files.ts";
import { goldenStream, goldenStreamFiles } from "./golden_stream.ts";
import { simulatedGolden } from "./golden_windows.ts";
import { buildPipeline, type BuiltPipeline } from "./pipeline.ts";
import { type PackageFacts, packageFacts, type PackageSources } from "./facts.ts";
import { jsonFile, manifestFiles, type PackageFile, textFile, writePackage } from "../package_files.ts";
import { licenseFiles } from "./licenses.ts";
import { deploymentResults, motifMap } from "./results.ts";
import { type Readiness, readiness } from "./readiness.ts";
import { sbom } from "./sbom.ts";
import { isTemplateOf, usualTargets } from "./targets.ts";

/** Scripts and examples that go into every package, with their path inside it. */
export interface Template {
  path: string;
  source: string;
}

/** What was packed. */
export interface Packed {
  id: string;
  facts: PackageFacts;
  ready: Readiness;
  files: number;
  warnings: string[];
}

/** Files of the bundle that are packed, where they are there. */
const packedBundleFiles: [from: string, to: string, role: Role, needed: boolean][] = [
  [bundleFiles.full, `models/${bundleFiles.full}`, "model", true],
  [bundleFiles.device, `models/${bundleFiles.device}`, "model", true],
  [bundleFiles.qdq, `models/${bundleFiles.qdq}`, "model", false],
  [bundleFiles.wholeQdq, `models/${bundleFiles.wholeQdq}`, "model", false],
  [bundleFiles.hostOnnx, `models/${bundleFiles.hostOnnx}`, "model", false],
  [bundleFiles.hostHead, `models/${bundleFiles.hostHead}`, "model", true],
  [bundleFiles.plain, `models/${bundleFiles.plain}`, "model", false],
  [bundleFiles.plainWeights, `models/${bundleFiles.plainWeights}`, "model", false],
  [bundleFiles.parity, `results/${bundleFiles.parity}`, "result", false],
  [bundleFiles.int8, `results/${bundleFiles.int8}`, "result", false],
  [bundleFiles.selftest.inputs, bundleFiles.selftest.inputs, "selftest", true],
  [bundleFiles.selftest.full, bundleFiles.selftest.full, "selftest", false],
  [bundleFiles.selftest.device, bundleFiles.selftest.device, "selftest", true],
  [bundleFiles.selftest.facts, bundleFiles.selftest.facts, "selftest", true],
];

const packedHefFiles: [from: string, to: string, role: Role][] = [
  [hefFiles.hef, `models/${hefFiles.hef}`, "model"],
  [hefFiles.script, `hailo/${hefFiles.script}`, "calibration"],
  [hefFiles.preflight, `hailo/${hefFiles.preflight}`, "result"],
  [hefFiles.report, `hailo/${hefFiles.report}`, "result"],
  [hefFiles.int8, `results/${hefFiles.int8}`, "result"],
  ...Object.values(hefFiles.logs).map((name): [string, string, Role] => [name, `hailo/${name}`, "result"]),
];

/** Builds the package into `dir`, which must be empty. @throws {InputError} for a HEF that no target is to run. */
export async function buildPackage(
  dir: string,
  sources: PackageSources,
  allTemplates: readonly Template[],
): Promise<Packed> {
  const targets = sources.targets ?? usualTargets;
  const hailo = targets.includes("hailo8");
  if (sources.hef !== undefined && !hailo) {
    throw new InputError(
      `Cannot build package: a HEF is connected, but targets names ${targets.join(", ")} only`,
      { hint: "Add hailo8 to targets, or leave the hef out of from." },
    );
  }
  const templates = allTemplates.filter(({ path }) => isTemplateOf(path, targets));
  const examples = templates.map((t) => t.path).filter((path) => path.startsWith("examples/"));
  const facts = await packageFacts(sources, examples);
  const golden = facts.golden.recorded ? undefined : await simulatedGolden(sources.bundle);
  if (golden !== undefined) Object.assign(facts.golden, { n: golden.n, wrongCodes: golden.wrongCodes });
  const ready = readiness(facts);
  const built = buildPipeline({
    ...sources,
    metadata: facts.metadata,
    hef: facts.status.hef !== "not-compiled",
  });
  const files: PackageFile[] = [...await pipelineFiles(sources.bundle, built)];
  for (const [from, path, role, needed] of packedBundleFiles) {
    if (role === "selftest" && golden !== undefined) continue;
    const bytes = await readMaybe(join(sources.bundle, from));
    if (bytes !== null) files.push({ path, bytes, role });
    else if (needed) {
      throw new InputError(`Cannot build package: the bundle has no ${from}`, { file: sources.bundle });
    }
  }
  files.push(...golden?.files ?? []);
  if (sources.hef !== undefined) {
    for (const [from, path, role] of packedHefFiles) {
      const bytes = await readMaybe(join(sources.hef, from));
      if (bytes !== null) files.push({ path, bytes, role });
    }
  }
  if (hailo) files.push(...await calibrationFiles(sources, facts));
  const page = targets.includes("browser") ? await pageFiles() : undefined;
  const c = targets.includes("c")
    ? await writeC(sources.bundle, packedGolden(files), codeMotifs(built.pipeline))
    : undefined;
  facts.c = c?.facts ?? null;
  files.push(...page?.files ?? [], ...c?.files ?? []);
  files.push(...await checkpoint(sources), ...resultFiles(facts), ...await licenseFiles(sources));
  for (const { path, source } of templates) {
    files.push({
      path,
      bytes: await Deno.readFile(source),
      role: path.startsWith("examples/") ? "example" : "script",
    });
  }
  files.push(
    jsonFile(`models/${bundleFiles.metadata}`, { ...facts.metadata, motifs: motifMap(facts) }, "metadata"),
    jsonFile("docs/model_card.json", modelCard(facts, ready), "document"),
    textFile("docs/MODEL_CARD.md", modelCardPage(facts, ready), "document"),
    textFile("docs/deployment_guide.md", deploymentGuide(facts, built.pipeline), "document"),
  );
  const rows = await manifestFiles(files);
  const seed = await sha256(new TextEncoder().encode(rows.map((r) => r.sha256).join()));
  files.push(
    jsonFile(
      "sbom.cdx.json",
      sbom(facts, rows.filter((r) => r.role === "model"), seed, page?.runtime),
      "sbom",
    ),
  );
  const paths = [...files.map((f) => f.path), "README.md"].sort();
  files.push(textFile("README.md", readme(facts, ready, built.pipeline, paths), "document"));
  const id = await writePackage(dir, files, {
    name: facts.name,
    version: facts.version,
    license: facts.license,
    status: { ...facts.status },
    verdict: ready.verdict,
  });
  return { id, facts, ready, files: files.length + 2, warnings: [...built.warnings, ...c?.warnings ?? []] };
}

/** A table by code, which C looks motifs up in; motifs of latents are none. */
function codeMotifs({ motifs }: Pipeline): CodeMotifs | undefined {
  return motifs?.space === "latent" ? undefined : motifs;
}

/** What turns samples into behaviours, and what every host must make of a simulated recording. */
async function pipelineFiles(bundle: string, { pipeline, posterior }: BuiltPipeline): Promise<PackageFile[]> {
  const { samples, lines } = await goldenStreamFiles(bundle, pipeline, posterior?.values);
  return [
    jsonFile(pipelineFile, pipeline, "metadata"),
    ...(posterior === undefined
      ? []
      : [{ path: posterior.path, bytes: new Uint8Array(posterior.values.buffer), role: "model" as const }]),
    textFile(goldenStream.samples, samples, "selftest"),
    textFile(goldenStream.lines, lines, "selftest"),
  ];
}

/** Raw golden windows that are packed, float32 `[n, C, S, L]`. */
function packedGolden(files: readonly PackageFile[]): Float32Array<ArrayBuffer> {
  const { bytes } = files.find(({ path }) => path === bundleFiles.selftest.inputs)!;
  return new Float32Array(bytes.slice().buffer);
}

async function readMaybe(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The calibration set, or where it is; its hash, by which it is known, and the end nodes. */
async function calibrationFiles({ bundle }: PackageSources, facts: PackageFacts): Promise<PackageFile[]> {
  const files: PackageFile[] = [];
  const data = await readMaybe(join(bundle, bundleFiles.calibration));
  if (data !== null) {
    const place = `hailo/${bundleFiles.calibration}`;
    const hash = await sha256(data);
    const { metadata, calibrationIncluded: included, dataOrigin } = facts;
    files.push(
      textFile(`${place}.sha256`, `${hash}  ${bundleFiles.calibration}\n`, "calibration"),
      jsonFile("hailo/calibration.json", {
        schema: 1,
        sha256: hash,
        layout: "float32 [n, sensors, length, channels], scaled",
        windows: metadata.calibration ?? null,
        data: { ...metadata.data, origin: dataOrigin },
        included,
        where: included
          ? place
          : `${bundleFiles.calibration} in the folder of the export step; publish: on that step, or calibration: include on the ` +
            "package step, hands it on where the licence of the data allows it",
      }, "calibration"),
    );
    if (included) files.push({ path: place, bytes: data, role: "calibration" });
  }
  if (facts.compile !== null) {
    files.push(textFile("hailo/end_nodes.txt", facts.compile.endNodes.join("\n") + "\n", "calibration"));
  }
  return files;
}

/** The trained weights before folding, so that training can go on from the package. */
async function checkpoint({ modelDir }: PackageSources): Promise<PackageFile[]> {
  if (modelDir === undefined) return [];
  const files: PackageFile[] = [];
  for (
    const [from, path] of [[modelFiles.facts, "models/checkpoint.json"], [
      modelFiles.weights,
      "models/checkpoint.npz",
    ]]
  ) {
    files.push({ path, bytes: await Deno.readFile(join(modelDir, from)), role: "model" });
  }
  return files;
}

function resultFiles(facts: PackageFacts): PackageFile[] {
  const files = [jsonFile("deployment_results.json", deploymentResults(facts), "result")];
  if (facts.metrics !== null) files.push(jsonFile("results/evaluation.json", facts.metrics, "result"));
  if (facts.benchmark !== null) {
    files.push(jsonFile(`results/${benchmarkFiles.report}`, facts.benchmark, "result"));
  }
  return files;
}

/**
 * `package`: packs a bundle with whatever was made of it. What goes in, and what is said of it, stands in
 * `lib/hailo/package/`; each device target adds its scripts and says what must be told beside its times.
 */
import { relative } from "../path.ts";
import { z } from "zod";
import { Behaviours } from "../artifacts/behaviours.ts";
import { Benchmark } from "../artifacts/benchmark.ts";
import { OnnxBundle } from "../artifacts/onnx_bundle.ts";
import { Package } from "../artifacts/package.ts";
import { Hef } from "../artifacts/hef.ts";
import { Metrics } from "../artifacts/metrics.ts";
import { Model } from "../artifacts/model.ts";
import { Motifs } from "../artifacts/motifs.ts";
import { targetNamed, targets } from "../device/targets.ts";
import { pageRooms } from "../hailo/package/browser/page_rooms.ts";
import { isLicense } from "../hailo/package/license_id.ts";
import { packageTargets, usualTargets } from "../hailo/package/targets.ts";
import { defineStep, optional } from "./define.ts";

/** Scripts and examples of the targets; part of the key, so that a changed script packs again. */
const templates = targets.flatMap(({ name, templates }) =>
  templates === null ? [] : [{ name: `templates_${name}`, pattern: templates }]
);

export default defineStep({
  type: "package",
  summary: "Pack models, golden windows, scripts and documents into a folder that verifies itself",
  inputs: {
    bundle: OnnxBundle,
    hef: optional(Hef),
    benchmark: optional(Benchmark),
    metrics: optional(Metrics),
    behaviours: optional(Behaviours),
    motifs: optional(Motifs),
    model: optional(Model),
  },
  params: z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, "small letters, digits and -, a letter first").default(
      "motiflow-package",
    ).describe(
      "Name of the package.",
    ),
    version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, "a version such as 0.1.0").default("0.1.0")
      .describe(
        "Version of the package, semantic.",
      ),
    license: z.string().refine(isLicense, "an SPDX identifier such as MIT, or LicenseRef- and a name")
      .default("MIT")
      .describe(
        "SPDX identifier of the model's licence, or `LicenseRef-` and a name for one that SPDX does not list.",
      ),
    license_file: z.string().optional().describe(
      "File with the text of the model's licence, for the package's LICENSES/.",
    ),
    calibration: z.enum(["auto", "include", "name"]).default("auto").describe(
      "Whether the calibration set is packed, so that whoever holds the package can compile it, or only named with its hash; " +
        "auto packs simulated data, which nobody's rights stand against.",
    ),
    targets: z.array(z.enum(packageTargets.map(({ name }) => name))).min(1).default([...usualTargets])
      .describe(
        "What the package is for, each with what it needs: " +
          packageTargets.map(({ name, summary }) => `\`${name}\`: ${summary}`).join("; ") + ".",
      ),
    golden: z.enum(["auto", "recorded", "simulated"]).default("auto").describe(
      "Windows of the self-test: cut from the recordings, or simulated around the scaler's centre, so that nobody's movement is " +
        "in the package; auto takes recorded ones of simulated data only.",
    ),
  }),
  outputs: { package: Package },
  deploys: ({ targets }) => targets,
  permissions: { ffi: true },
  files: ({ targets, license_file: pattern }) => [
    ...templates,
    ...(pattern === undefined ? [] : [{ name: "license", pattern }]),
    ...(targets.includes("browser") ? pageRooms.map((pattern, i) => ({ name: `page_${i}`, pattern })) : []),
  ],
  async run({ inputs, inputDirs, params, files, out, log, warn }) {
    const { buildPackage } = await import("../hailo/package/build.ts");
    const dir = out("package");
    const packed = await buildPackage(
      dir,
      {
        ...params,
        licenseFile: files.license?.[0],
        bundle: inputDirs.bundle!,
        hef: inputDirs.hef,
        benchmark: inputDirs.benchmark,
        metrics: inputs.metrics,
        behaviours: inputs.behaviours,
        motifs: inputs.motifs,
        model: inputs.model,
        modelDir: inputDirs.model,
        targetNamed,
      },
      templates.flatMap(({ name, pattern }) =>
        files[name].map((source) => ({ path: relative(pattern, source).replaceAll("\\", "/"), source }))
      ).filter(({ path }) => !path.includes("__pycache__")),
    );
    packed.warnings.forEach(warn);
    const { status } = packed.facts;
    log(
      `package ${
        packed.id.slice(0, 12)
      }: ${packed.files} files, HEF ${status.hef}, latency ${status.latency}`,
    );
    if (packed.ready.verdict !== "recommended") {
      warn(`not recommended for deployment: ${packed.ready.reasons[0]}`);
    }
    const meta = {
      id: packed.id,
      name: params.name,
      version: params.version,
      hef: status.hef,
      latency: status.latency,
      verdict: packed.ready.verdict,
    };
    return { package: { dir, header: { type: "Package", version: 1, meta } } };
  },
});

/** `train`: the Conv2d-FSQ encoder or one of the user's, with its classifier head or without labels. */
import { Model } from "../artifacts/model.ts";
import { Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";
import { lackOf } from "../hailo/package/c/tables.ts";
import { endAtMaps } from "../model/cut.ts";
import { defineStep, optional } from "./define.ts";
import { leftOut, trainParams } from "./shared/train_params.ts";

export default defineStep({
  type: "train",
  summary: "Train the Conv2d-FSQ encoder on the training part, by labels, without any, or by both",
  inputs: { windows: Windows, split: Split, start: optional(Model) },
  params: trainParams,
  outputs: { model: Model },
  random: true,
  usualSeconds: 20,
  notLive({ encoder, pooling, segments, levels }) {
    const lack = levels === undefined ? undefined : lackOf(levels, 0);
    const ofC = lack === undefined ? [] : [{
      path: ["levels"],
      message: lack.missing,
      hint: "levels of at most 256 steps and 65536 codes have both",
      targets: ["c"],
    }];
    if (encoder !== undefined) return ofC;
    const limits = [
      { name: "pooling", given: `[${pooling.join(", ")}]`, summary: { pooling }, instead: "[mean, max]" },
      { name: "segments", given: segments, summary: { pooling: [], segments }, instead: 1 },
    ];
    return limits.flatMap(({ name, given, summary, instead }) => {
      const end = endAtMaps(summary);
      return end === undefined ? [] : [{
        path: [name],
        message: `${name}: ${given}: the device part ${end}; the host goes on from there`,
        hint: `${name}: ${instead} lets the device compute up to the quantiser`,
        targets: ["hailo8"],
      }];
    }).concat(ofC);
  },
  check(
    {
      objective,
      transductive,
      sample,
      discover_epochs,
      levels,
      kernel,
      pools,
      widths,
      quantizer,
      codebook_without,
    },
  ) {
    const problems = [];
    if (kernel % 2 === 0) {
      problems.push({ path: ["kernel"], message: `must be odd, got ${kernel}: a kernel needs a middle` });
    }
    if (pools !== undefined && pools.length !== widths.length) {
      const message = `must have one number for each of ${widths.length} convolutions, got ${pools.length}`;
      problems.push({ path: ["pools"], message });
    }
    if (quantizer !== "vq-ema" && leftOut(codebook_without).length > 0) {
      const message = `only a learned codebook has fixes to leave out (quantizer: vq-ema), got ${quantizer}`;
      problems.push({ path: ["codebook_without"], message });
    }
    if (objective !== "supervised" && (quantizer !== "fsq" || levels === null)) {
      const path = [quantizer !== "fsq" ? "quantizer" : "levels"];
      problems.push({ path, message: `objective: ${objective} learns a code with levels (quantizer: fsq)` });
    }
    if (objective === "supervised" && transductive) {
      const message = "only objective: discover or both may learn from all parts, and never their labels";
      problems.push({ path: ["transductive"], message });
    }
    if (transductive && sample !== undefined) {
      const message = "draws from the training part, which transductive: true does not keep to";
      problems.push({ path: ["sample"], message });
    }
    if (objective !== "both" && discover_epochs !== undefined) {
      const message = `is about objective: both, got ${objective}; epochs are those of every other objective`;
      problems.push({ path: ["discover_epochs"], message });
    }
    return problems;
  },
  permissions: { ffi: true, env: ["ORT_*", "DEBUG"], sys: ["cpus", "osRelease"] },
  files: ({ encoder }) => encoder === undefined ? [] : [{ name: "encoder", pattern: encoder, module: true }],
  async run(context) {
    const started = performance.now();
    const { trainModel } = await import("./shared/train_model.ts");
    const model = await trainModel(context);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    context.progress({ fraction: 1, message: `trained ${model.history.length} epochs in ${seconds} s` });
    return { model };
  },
});

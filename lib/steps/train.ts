/** `train`: the Conv2d-FSQ encoder with its classifier head. */
import { Model } from "../artifacts/model.ts";
import { Part, Split } from "../artifacts/split.ts";
import { inputLength, Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { defineStep } from "./define.ts";
import { leftOut, trainParams } from "./shared/train_params.ts";

export default defineStep({
  type: "train",
  summary: "Train the Conv2d-FSQ encoder on the training part, judged on validation subjects",
  inputs: { windows: Windows, split: Split },
  params: trainParams,
  outputs: { model: Model },
  random: true,
  check({ kernel, pools, widths, quantizer, codebook_without }) {
    const problems = [];
    if (kernel % 2 === 0) {
      problems.push({ path: ["kernel"], message: `A kernel of ${kernel} has no middle: use an odd number` });
    }
    if (pools !== undefined && pools.length !== widths.length) {
      const message = `There are ${pools.length} pools for ${widths.length} convolutions`;
      problems.push({ path: ["pools"], message });
    }
    if (quantizer !== "vq-ema" && leftOut(codebook_without).length > 0) {
      const message = `only a learned codebook has fixes to leave out (quantizer: vq-ema), got ${quantizer}`;
      problems.push({ path: ["codebook_without"], message });
    }
    return problems;
  },
  permissions: { ffi: true, env: ["ORT_*", "DEBUG"], sys: ["cpus", "osRelease"] },
  async run({ inputs, params: p, rng, seed, threads, progress, warn, signal, checkpoint }) {
    const { windows, split } = inputs;
    const { countParameters } = await import("../model/architecture.ts");
    const { classesOf, classWeights, rowsOf } = await import("../model/train/training_rows.ts");
    const { encoderOnnx } = await import("../model/forward.ts");
    const { defaultArchitecture } = await import("../model/train/initial.ts");
    const { fitScaler } = await import("../model/scaler.ts");
    const { train } = await import("../model/train/train.ts");
    const { trainOptions } = await import("./shared/train_options.ts");
    const { fitTemperature } = await import("../metrics/calibration/temperature.ts");
    const { Quantizer } = await import("../fsq/quantizer.ts");

    const started = performance.now();
    const { recordings } = windows;
    const trainRows = rowsOf(windows, split, Part.train, p.min_purity);
    const { names, labels, classOf } = classesOf(windows, trainRows);
    if (names.length < 2) {
      throw new InputError(`Cannot train: the training part holds ${names.length} class(es), 2 are needed`, {
        hint: "Check the label column, keep_labels and the split.",
      });
    }
    const validationRows = rowsOf(windows, split, Part.validation, p.min_purity).filter((row) =>
      labels[row] >= 0
    );
    if (validationRows.length === 0) {
      warn("No validation subjects: the last epoch's weights are kept and the temperature is not fitted");
    }
    const levels = p.quantizer === "fsq" ? p.levels : null;
    if (levels !== null) new Quantizer(levels).warnings.forEach((text) => warn(text));
    const input: [number, number, number] = [
      recordings.channels.length,
      recordings.sensors.length,
      inputLength(windows),
    ];
    const architecture = defaultArchitecture(input, names.length, levels, p);
    if (p.quantizer === "vq-ema") architecture.codebook = p.codebook_size;
    const scaler = fitScaler(windows, trainRows, p.scaler);
    const trained = await train(
      architecture,
      {
        windows,
        scaler,
        labels,
        classOf,
        classWeights: classWeights(labels, trainRows, names.length, p.class_weighting),
        trainRows,
        validationRows,
      },
      { ...trainOptions(p, windows.length), threads },
      rng,
      {
        onProgress: (fraction, message) => progress({ fraction, message }),
        onWarning: warn,
        ...(checkpoint === undefined ? {} : { checkpoint }),
        signal,
      },
    );
    const calibrated = p.calibrate && validationRows.length > 0;
    const truth = Int32Array.from(validationRows, (row) => labels[row]);
    const temperature = calibrated
      ? fitTemperature(trained.validationLogits, truth, names.length).temperature
      : 1;
    const model: Model = {
      architecture,
      quantizer: levels !== null
        ? new Quantizer(levels).variant
        : p.quantizer === "vq-ema"
        ? "vq-ema"
        : "none",
      scaler: { method: p.scaler, ...scaler },
      sensors: recordings.sensors,
      channels: recordings.channels,
      units: recordings.units,
      filters: recordings.filters ?? [],
      labels: names,
      rate: recordings.rate,
      ...(windows.context ? { context: windows.context } : {}),
      temperature,
      parameters: countParameters(architecture),
      history: trained.history,
      bestEpoch: trained.bestEpoch,
      ...(trained.health === undefined ? {} : { health: trained.health }),
      training: {
        windows: trainRows.length,
        validationWindows: validationRows.length,
        subjects: split.groups.train,
        data: recordings.source.name,
        seed,
        origin: recordings.origin,
      },
      weights: trained.weights,
      onnx: encoderOnnx({ architecture, weights: trained.weights }),
    };
    progress({
      fraction: 1,
      message: `trained ${trained.history.length} epochs in ${
        ((performance.now() - started) / 1000).toFixed(1)
      } s`,
    });
    return { model };
  },
});

/** The Model artifact of trained weights. */
import type { Architecture, Model } from "../../artifacts/model.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { Quantizer } from "../../fsq/quantizer.ts";
import type { Scaler } from "../../signal/window/batch.ts";
import { countParameters } from "../architecture.ts";
import { encoderOnnx } from "../forward.ts";

/** What training adds to what windows and split already say. */
export interface TrainedFacts extends Pick<Model, "history" | "bestEpoch" | "weights" | "labels"> {
  architecture: Architecture;
  scaler: Scaler & { method: string };
  /** Softmax temperature; 1 where nothing was fitted. */
  temperature: number;
  health?: Model["health"];
  discovery?: Model["discovery"];
  trainWindows: number;
  validationWindows: number;
  sampledFrom?: Model["training"]["sampledFrom"] | undefined;
  seed: number;
}

/** Joins trained weights with the facts of the windows that they are for. @param subjects Whom it learnt from. */
export function assembleModel(windows: Windows, subjects: string[], trained: TrainedFacts): Model {
  const { recordings } = windows;
  const { architecture, weights, scaler, health, discovery, sampledFrom } = trained;
  return {
    architecture,
    quantizer: architecture.levels !== null
      ? new Quantizer(architecture.levels).variant
      : architecture.codebook !== undefined
      ? "vq-ema"
      : "none",
    scaler,
    sensors: recordings.sensors,
    channels: recordings.channels,
    units: recordings.units,
    filters: recordings.filters ?? [],
    labels: trained.labels,
    rate: recordings.rate,
    ...(windows.context ? { context: windows.context } : {}),
    temperature: trained.temperature,
    parameters: countParameters(architecture),
    history: trained.history,
    bestEpoch: trained.bestEpoch,
    ...(health === undefined ? {} : { health }),
    ...(discovery === undefined ? {} : { discovery }),
    training: {
      windows: trained.trainWindows,
      validationWindows: trained.validationWindows,
      ...(sampledFrom === undefined ? {} : { sampledFrom }),
      subjects,
      data: recordings.source.name,
      seed: trained.seed,
      origin: recordings.origin,
    },
    weights,
    onnx: encoderOnnx({ architecture, weights }),
  };
}

/** Every artifact type by its name. */
import type { ArtifactType } from "../artifacts/artifact.ts";
import { Behaviours } from "../artifacts/behaviours.ts";
import { Benchmark } from "../artifacts/benchmark.ts";
import { Codes } from "../artifacts/codes.ts";
import { Hef } from "../artifacts/hef.ts";
import { Latents } from "../artifacts/latents.ts";
import { Metrics } from "../artifacts/metrics.ts";
import { Model } from "../artifacts/model.ts";
import { Motifs } from "../artifacts/motifs.ts";
import { OnnxBundle } from "../artifacts/onnx_bundle.ts";
import { Package } from "../artifacts/package.ts";
import { Recordings } from "../artifacts/recordings.ts";
import { Report } from "../artifacts/report.ts";
import { Split } from "../artifacts/split.ts";
import { Windows } from "../artifacts/windows.ts";

/** What values of each type are. */
export const artifactTypes = {
  Behaviours,
  Benchmark,
  Codes,
  Hef,
  Latents,
  Metrics,
  Model,
  Motifs,
  OnnxBundle,
  Package,
  Recordings,
  Report,
  Split,
  Windows,
} satisfies Record<string, ArtifactType<any>>;

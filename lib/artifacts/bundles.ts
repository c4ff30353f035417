/** Artifacts that are their files: the step that makes one writes into its directory. */
import { directoryType } from "./artifact.ts";

/**
 * `model.full.onnx`, `model.device.onnx`, `model.qdq.onnx`, `host_head.json`, `model_metadata.json`, `selftest/`,
 * `calibration.npy` (float32 NHWC, training windows only), `parity.json`.
 */
export const OnnxBundle = directoryType(
  "OnnxBundle",
  "ONNX files of a model with self-test and parity proof",
);

/** The deployment folder: MANIFEST.json, SHA256SUMS, models/, selftest/, scripts/, docs/, results/. */
export const Package = directoryType("Package", "A self-verifying deployment package");

/** `report.ipynb` (executed) and `report.html` (one self-contained file). */
export const Report = directoryType("Report", "An executed notebook and its page");

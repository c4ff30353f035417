/** Whether the exported files agree with the trainer. */
import { type DirectoryValue } from "../../../artifacts/artifact.ts";
import {
  bundleFiles,
  type Int8File,
  OnnxBundle,
  readInt8Estimate,
  readParity,
} from "../../../artifacts/onnx_bundle.ts";
import { typesetCount, typesetNumber } from "../../../text/typeset.ts";
import { defineSection } from "../../section.ts";
import type { Loaded } from "../../sources.ts";
import { facts, type Fragment, note, stack, table } from "../../table.ts";

export default defineSection({
  id: "export",
  title: "ONNX",
  needs: (sources) => sources.first(OnnxBundle),
  missing: "No ONNX bundle is connected to this report.",
  draw,
});

/** The exported files agree with the trainer, or not. */
async function draw(bundle: Loaded<DirectoryValue>): Promise<Fragment> {
  const parity = await readParity(bundle.dir);
  if (parity === undefined) {
    return note(`The bundle holds no ${bundleFiles.parity}: its files were not compared.`, "warning");
  }
  const difference = (value: number | null | undefined) =>
    value === null || value === undefined ? undefined : typesetNumber(value, 2);
  const undecided = parity.undecidable > 0
    ? `, ${typesetCount(parity.undecidable)} too close to a boundary to decide`
    : "";
  return stack(
    note(
      `${
        parity.passed ? "The exported files agree" : "The exported files DISAGREE"
      } with a float64 computation of the ` +
        `same network on ${typesetCount(parity.n)} windows.`,
      parity.passed ? "note" : "warning",
    ),
    facts({
      "Codes": parity.codes_identical
        ? `identical${undecided}`
        : `${typesetCount(parity.codes_different)} differ${undecided}`,
      "Largest difference": `${typesetNumber(parity.max_abs_difference, 2)} (tolerance ${
        typesetNumber(parity.tolerance, 2)
      })`,
      "Full model, latent": difference(parity.full_latent),
      "Full model, predictions": difference(parity.predictions),
      "Device part": difference(parity.device_bounded),
      "Encoder in one batch": difference(parity.encoder_latent),
      "TensorFlow.js, read back": difference(parity.tfjs_latent),
      "Runtime": parity.runtime,
    }),
    ...int8Table(await readInt8Estimate(bundle.dir)),
  );
}

/** What 8-bit arithmetic may cost: an estimate on this machine, with coarse and fine weight scales as a bracket. */
function int8Table(file: Int8File | undefined): Fragment[] {
  if (file === undefined) return [];
  return [
    note(`Estimate of 8-bit arithmetic on CPU, not a measurement on a device; judged on the ${file.part}.`),
    table(
      [
        "weights",
        "windows",
        "accuracy, float",
        "accuracy, int8",
        "codes alike",
        "SNR at the cut, dB",
        "near a boundary",
      ],
      file.variants.map((v) => [
        v.weights,
        v.n,
        v.accuracy_float,
        v.accuracy_int8,
        v.code_agreement,
        v.snr_db,
        v.near_boundary,
      ]),
    ),
  ];
}

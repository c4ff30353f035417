/** Which tensors of someone else's ONNX file are the window, the latent and the logits. */
import { InputError } from "../errors.ts";
import { suggestion } from "../text/suggest.ts";
import type { DecodedGraph, DecodedValue } from "./decode.ts";

/** Names of the tensors in the file, where somebody gives them. */
export interface TensorNames {
  input?: string;
  latent?: string;
  logits?: string;
}

/** The tensors of the file. */
export interface EncoderTensors {
  input: DecodedValue;
  latent: DecodedValue;
  logits: DecodedValue | undefined;
}

/**
 * The only input or the one that is named; the output that is named, `latent`, or the only one beside the logits.
 *
 * @throws {InputError} where there are several and none is named.
 */
export function chooseTensors(
  { inputs, outputs }: DecodedGraph,
  names: TensorNames,
  file: string,
): EncoderTensors {
  const refuse = (message: string, hint?: string) =>
    new InputError(`Cannot use encoder: ${message}`, { file, hint });
  const named = (values: readonly DecodedValue[], wanted: string, what: string) => {
    const all = values.map((v) => v.name);
    const found = values.find((v) => v.name === wanted);
    if (found !== undefined) return found;
    throw new InputError(`Cannot use encoder: it has no ${what} "${wanted}"`, {
      file,
      ...suggestion(wanted, all),
    });
  };
  const list = (values: readonly DecodedValue[]) => values.map((v) => v.name).join(", ");
  if (names.input === undefined && inputs.length !== 1) {
    throw refuse(`it has ${inputs.length} inputs: ${list(inputs)}`, "Set input.");
  }
  const input = names.input === undefined ? inputs[0] : named(inputs, names.input, "input");
  const logits = names.logits === undefined
    ? outputs.find((v) => v.name === "logits")
    : named(outputs, names.logits, "output");
  if (names.latent !== undefined) {
    const latent = named(outputs, names.latent, "output");
    if (latent !== logits) return { input, latent, logits };
    throw refuse(
      `${latent.name} is named as latent and as logits`,
      "Name the output before the head under latent, or leave logits and labels out.",
    );
  }
  const others = outputs.filter((v) => v !== logits);
  if (others.length === 0) {
    throw refuse(
      logits === undefined ? "it has no outputs" : `it has no output beside its logits ${logits.name}`,
    );
  }
  const latent = others.find((v) => v.name === "latent") ?? (others.length === 1 ? others[0] : undefined);
  if (latent === undefined) {
    throw refuse(
      `it has ${outputs.length} outputs: ${list(outputs)}`,
      `Set latent to the one that codes are made of, and logits to that of its classifier, where it has one.`,
    );
  }
  return { input, latent, logits };
}

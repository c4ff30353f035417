/** An encoder file of the user's as a recorded encoder. */
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError } from "../../errors.ts";
import type { EncoderAnswer, EncoderRequest } from "./encoder_worker.ts";
import { type Recorded, recordTopology } from "./record.ts";

/**
 * Runs the file's function and records the network that it returns.
 *
 * @param shape What the function is given: samples, channels and sensors of a window, and the number of features that the
 *   built-in encoder would give; any number will do.
 * @throws {InputError} naming the file, for what cannot be recorded also the layer.
 */
export async function loadEncoder(
  path: string,
  shape: EncoderRequest["shape"],
  { log, signal }: { log: (text: string) => void; signal?: AbortSignal },
): Promise<Recorded> {
  const file = basename(path);
  const worker = new Worker(new URL("./encoder_worker.ts", import.meta.url), {
    type: "module",
    deno: { permissions: { read: "inherit", env: "inherit", sys: "inherit", import: "inherit" } },
  } as WorkerOptions);
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal!.reason);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const answered = new Promise<Exclude<EncoderAnswer, { kind: "log" }>>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<EncoderAnswer>) => {
        if (data.kind === "log") log(data.text);
        else resolve(data);
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(cannotRun(file, event.message.split("\n")[0]!));
      };
    });
    const request: EncoderRequest = { module: pathToFileURL(path).href, shape };
    worker.postMessage(request);
    const answer = await Promise.race([answered, stopped.promise]);
    if (answer.kind === "failed") {
      throw cannotRun(file, answer.why, answer.hint);
    }
    return recordTopology(answer.topology, shape, file, { shapes: new Map(answer.shapes) });
  } finally {
    signal?.removeEventListener("abort", stop);
    worker.terminate();
  }
}

/** What the runtime says of a package that it may not bring here; the cures that it names are not for the user. */
const foreign =
  /lockfile is out of date|not a dependency and not in import map|^Import '|npm package|Requires (?:import|net) access/;

function cannotRun(file: string, why: string, hint = "Correct the encoder file."): InputError {
  if (!foreign.test(why)) return new InputError(`Cannot run encoder: ${why}`, { file, hint });
  const name = /Import ["']([^"']+)["']/.exec(why)?.[1];
  const what = name === undefined ? "a package, or a version of one, that" : `${name}, which`;
  return new InputError(`Cannot run encoder: it imports ${what} the program does not have`, {
    file,
    hint: 'Import it by the name "@tensorflow/tfjs": the program\'s own copy, with core and layers.',
  });
}

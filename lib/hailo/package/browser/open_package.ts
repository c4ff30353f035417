/** Opens a package that lies on a server: its encoder on onnxruntime-web, its motifs, names and smoothing. */
import type { ModelMetadata } from "../../../artifacts/onnx_bundle.ts";
import { InputError } from "../../../errors.ts";
import type { RuntimeTensor, Session } from "../../../onnx/runtime.ts";
import { StreamingClassifier } from "../../../stream/classifier.ts";
import { fullModelEncoder, type StreamEncoder } from "../../../stream/encoder.ts";
import { NamedLines } from "../../../stream/named_lines.ts";
import { motifReader } from "../../../stream/packed_motifs.ts";
import type { Pipeline } from "../../../stream/pipeline_file.ts";
import { optionsOf } from "../../../stream/smoothing.ts";

/** What onnxruntime-web gives a page. */
interface Ort {
  Tensor: new (type: "float32", data: Float32Array, shape: readonly number[]) => unknown;
  InferenceSession: {
    create(bytes: Uint8Array, options: Record<string, unknown>): Promise<OrtSession>;
  };
  env: { wasm: { numThreads: number; wasmPaths: string }; versions: Record<string, string | undefined> };
}

interface OrtSession {
  inputNames: readonly string[];
  outputNames: readonly string[];
  run(feeds: Record<string, unknown>): Promise<Record<string, { data: Float32Array; dims: number[] }>>;
  release(): Promise<void>;
}

/** What is read of `MANIFEST.json`. */
interface Manifest {
  name: string;
  version: string;
  verdict: string;
  files: { path: string; sha256: string }[];
}

/** A package ready to classify. */
export interface OpenPackage {
  name: string;
  version: string;
  /** Whether its card recommends it for use. */
  verdict: string;
  pipeline: Pipeline;
  encoder: StreamEncoder;
  /** A classifier for one source of samples. */
  classifier(): StreamingClassifier;
  /** Names for its lines. */
  names(): NamedLines;
}

/**
 * Opens the package at `root`, an address that ends with `/`.
 *
 * @throws {InputError} for a file that is not there, and a package whose samples a stream cannot make.
 */
export async function openPackage(root: string): Promise<OpenPackage> {
  const manifest: Manifest = textOf(await fetched(root + "MANIFEST.json"));
  const sums = new Map(manifest.files.map(({ path, sha256 }) => [path, sha256]));
  const packed = async (path: string) => {
    const bytes = await fetched(root + path);
    await requireSum(path, bytes, sums.get(path));
    return bytes;
  };
  const pipeline: Pipeline = textOf(await packed("pipeline.json"));
  if (pipeline.not_in_real_time.length > 0) {
    throw new InputError(`Cannot run in real time: ${pipeline.not_in_real_time.join("; ")}`);
  }
  const metadata: ModelMetadata & { quantizer: string } = textOf(await packed("models/model_metadata.json"));
  const { motifs, smoothing, hsmm } = pipeline;
  const lookup = motifs && await motifReader(
    motifs,
    metadata.levels,
    async (path) => new Float32Array((await packed(path)).buffer),
  );
  const encoder = fullModelEncoder(
    metadata,
    await openSession(root, await packed(pipeline.encoder.full)),
  );
  return {
    ...manifest,
    pipeline,
    encoder,
    classifier: () =>
      new StreamingClassifier(encoder, {
        hop: pipeline.window.hop,
        ...(lookup && { lookup }),
        ...(smoothing && { smoothing: optionsOf(smoothing) }),
        ...(hsmm && { hsmm }),
      }),
    names: () => new NamedLines(encoder.labels, motifs?.names, hsmm?.names),
  };
}

function textOf(bytes: Uint8Array) {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Pages without https and not of this machine have no hashes: there the check is left out. */
async function requireSum(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  sum: string | undefined,
): Promise<void> {
  if (globalThis.crypto?.subtle === undefined) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const own = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (own !== sum) throw new InputError(`Cannot open package: ${path} is not as it was packed`);
}

async function fetched(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new InputError(`Cannot open package: ${url} answers ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A session on WebAssembly, one thread: threads need headers that a plain server does not send. */
async function openSession(root: string, bytes: Uint8Array): Promise<Session> {
  const runtime = new URL("web/runtime/", root).href;
  const ort: Ort = await import(`${runtime}ort.wasm.min.mjs`);
  Object.assign(ort.env.wasm, { numThreads: 1, wasmPaths: runtime });
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ["wasm"],
    extra: { session: { set_denormal_as_zero: "1" } },
  });
  return {
    provider: "onnxruntime-web",
    version: ort.env.versions.web ?? "unknown",
    threads: 1,
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds) {
      const tensors = Object.entries(feeds).map(([name, { data, shape }]) =>
        [name, new ort.Tensor("float32", data as Float32Array, shape)] as const
      );
      const out = await session.run(Object.fromEntries(tensors));
      return Object.fromEntries(
        Object.entries(out).map((
          [name, { data, dims }],
        ): [string, RuntimeTensor] => [name, { data, shape: dims }]),
      );
    },
    release: () => session.release(),
  };
}

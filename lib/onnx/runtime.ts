/**
 * Runs ONNX files: on onnxruntime-node where its native library loads (8 to 10 times as fast), else on onnxruntime-web.
 *
 * Never on WebGPU: its results differ between drivers, and codes must not.
 */
import { InputError } from "../errors.ts";

/** The arrays that go in and come out of a session. */
export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array | Int8Array;

export interface RuntimeTensor {
  data: TensorData;
  shape: readonly number[];
}

export type Provider = "onnxruntime-node" | "onnxruntime-web";

/** An ONNX file ready to run. */
export interface Session {
  readonly provider: Provider;
  /** Version of the provider's package. */
  readonly version: string;
  /** Threads of one run. */
  readonly threads: number;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs once; `outputs` names the wanted outputs, all by default. */
  run(
    feeds: Record<string, RuntimeTensor>,
    outputs?: readonly string[],
  ): Promise<Record<string, RuntimeTensor>>;
  /** Frees native memory. The session is unusable afterwards. */
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Threads of one run, default 1: results are then the same on every machine with the same instruction set. */
  threads?: number;
  /** Forces a provider instead of falling back. */
  provider?: Provider;
  /** Graph rewriting by the runtime, default `all`. */
  optimization?: "disabled" | "basic" | "extended" | "all";
}

interface Ort {
  Tensor: new (type: string, data: any, shape: readonly number[]) => any;
  InferenceSession: { create(bytes: Uint8Array, options: Record<string, unknown>): Promise<any> };
  env: { versions: Record<string, string | undefined>; wasm: { numThreads?: number } };
}

const typeNames: [string, { new (...args: any[]): TensorData }][] = [
  ["float32", Float32Array],
  ["int64", BigInt64Array],
  ["int32", Int32Array],
  ["uint8", Uint8Array],
  ["int8", Int8Array],
];

/** Permissions that a step needs to open sessions (see `StepPermissions`), beyond reading the package cache. */
export const sessionPermissions = { ffi: true };

let nodeFailure: string | undefined;
let creating: Promise<unknown> = Promise.resolve();

async function loadOrt(provider: Provider): Promise<Ort> {
  // Each package declares tensors of its own; `Ort` is what both have in common and what is used here.
  if (provider === "onnxruntime-node") return await import("onnxruntime-node") as unknown as Ort;
  const ort = await import("onnxruntime-web") as unknown as Ort;
  ort.env.wasm.numThreads = 1;
  return ort;
}

/**
 * Opens an ONNX file.
 *
 * @throws {InputError} when no runtime accepts the file.
 */
export function openSession(bytes: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  // One after the other: two first calls at once race the start of the wasm module.
  const result = creating.then(() => create(bytes, options));
  creating = result.catch(() => {});
  return result;
}

async function create(bytes: Uint8Array, options: SessionOptions): Promise<Session> {
  const provider = options.provider ?? await bestProvider();
  const ort = await loadOrt(provider);
  const threads = provider === "onnxruntime-web" ? 1 : options.threads ?? 1;
  // As it starts, the wasm module puts Node's Worker in the place of the global one.
  const { Worker } = globalThis;
  try {
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: [provider === "onnxruntime-node" ? "cpu" : "wasm"],
      graphOptimizationLevel: options.optimization ?? "all",
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // Late in training weights make denormal activations, which a CPU computes many times slower.
      extra: { session: { set_denormal_as_zero: "1" } },
    });
    return wrap(ort, session, provider, threads);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`Cannot open ONNX file: ${message}`, { cause });
  } finally {
    globalThis.Worker = Worker;
  }
}

/** The provider that {@linkcode openSession} takes on this machine. */
export async function bestProvider(): Promise<Provider> {
  if (nodeFailure !== undefined) return "onnxruntime-web";
  try {
    await loadOrt("onnxruntime-node");
    return "onnxruntime-node";
  } catch (error) {
    nodeFailure = error instanceof Error ? error.message : String(error);
    return "onnxruntime-web";
  }
}

/** Why onnxruntime-node does not load here; undefined when it does or was not tried. */
export function nodeRuntimeFailure(): string | undefined {
  return nodeFailure;
}

function wrap(ort: Ort, session: any, provider: Provider, threads: number): Session {
  const version = ort.env.versions[provider === "onnxruntime-node" ? "node" : "web"] ??
    ort.env.versions.common ?? "unknown";
  return {
    provider,
    version,
    threads,
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, outputs) {
      const tensors: Record<string, unknown> = {};
      for (const [name, { data, shape }] of Object.entries(feeds)) {
        const type = typeNames.find(([, kind]) => data instanceof kind)![0];
        tensors[name] = new ort.Tensor(type, data, shape);
      }
      const results = await (outputs === undefined ? session.run(tensors) : session.run(tensors, outputs));
      return Object.fromEntries(
        Object.entries(results as Record<string, { data: TensorData; dims: readonly number[] }>)
          .map(([name, { data, dims }]) => [name, { data, shape: [...dims] }]),
      );
    },
    release: () => session.release(),
  };
}

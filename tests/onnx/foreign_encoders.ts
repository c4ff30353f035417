/** Encoders as other programs write them: one linear map, in many forms, computed again in plain arithmetic. */
import { GraphBuilder } from "../../lib/onnx/builder.ts";
import { DataType, type DataTypeName } from "../../lib/onnx/encode.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { fields, joined, writeBytes, writeField, writeInt } from "../../lib/onnx/wire.ts";
import { Random } from "../../lib/random.ts";

/** Channels of a sensor, sensors, samples, latent dimensions. */
export const [C, S, T, D] = [3, 2, 5, 4];

const rng = new Random(3);
/** `[D][C][S][T]` */
const weights = Array.from(
  { length: D },
  () =>
    Array.from(
      { length: C },
      () => Array.from({ length: S }, () => Array.from({ length: T }, () => rng.normal())),
    ),
);

/** Scaled windows `[n, C, S, T]`. */
export function someWindows(n: number, seed = 11): Float32Array {
  const own = new Random(seed);
  return Float32Array.from({ length: n * C * S * T }, () => own.normal());
}

/** What the encoders give, in double precision. */
export function expectedLatents(windows: Float32Array): number[] {
  const out: number[] = [];
  for (let base = 0; base < windows.length; base += C * S * T) {
    for (let j = 0; j < D; j++) {
      let sum = 0;
      for (let c = 0; c < C; c++) {
        for (let s = 0; s < S; s++) {
          for (let t = 0; t < T; t++) sum += weights[j][c][s][t] * windows[base + (c * S + s) * T + t];
        }
      }
      out.push(sum);
    }
  }
  return out;
}

/** Where sample `t` of channel `c` of sensor `s` lies in an input of each layout, and the input's shape. */
export const layouts: Record<string, { shape: number[]; at: (c: number, s: number, t: number) => number }> = {
  NCST: { shape: [C, S, T], at: (c, s, t) => (c * S + s) * T + t },
  NSTC: { shape: [S, T, C], at: (c, s, t) => (s * T + t) * C + c },
  NHWC: { shape: [S, T, C], at: (c, s, t) => (s * T + t) * C + c },
  NCT: { shape: [S * C, T], at: (c, s, t) => (s * C + c) * T + t },
  NTC: { shape: [T, S * C], at: (c, s, t) => t * S * C + s * C + c },
  N1CT: { shape: [1, S * C, T], at: (c, s, t) => (s * C + c) * T + t },
  N1TC: { shape: [1, T, S * C], at: (c, s, t) => t * S * C + s * C + c },
  NCT1: { shape: [S * C, T, 1], at: (c, s, t) => (s * C + c) * T + t },
  "N(TC)": { shape: [T * S * C], at: (c, s, t) => t * S * C + s * C + c },
  flat: { shape: [T * S * C], at: (c, s, t) => t * S * C + s * C + c },
  "N(CT)": { shape: [S * C * T], at: (c, s, t) => (s * C + c) * T + t },
  "N(CST)": { shape: [C * S * T], at: (c, s, t) => (c * S + s) * T + t },
  "N(CS)T": { shape: [C * S, T], at: (c, s, t) => (c * S + s) * T + t },
};

/** Forms in which a file may come. */
export interface Form {
  layout?: string;
  /** The first dimension of its input; a text is open. */
  batch?: number | string;
  type?: DataTypeName;
  opset?: number;
  names?: { input?: string; inner?: string; latent?: string };
  /** A size whose dimension the file leaves open. */
  open?: number;
  /** Shape of its output, 0 for the number of windows. */
  output?: number[];
  /** Adds nodes to the latent and returns the output's name. */
  tail?: (graph: GraphBuilder, latent: string) => string;
  /** Outputs beside the latent. */
  more?: (graph: GraphBuilder, latent: string) => void;
}

/** The file. */
export function foreignEncoder(form: Form = {}): Uint8Array<ArrayBuffer> {
  const { layout = "NCST", batch = "N", type = "float32", names = {}, output } = form;
  const { shape, at } = layouts[layout];
  const graph = new GraphBuilder("foreign");
  const size = C * S * T;
  const matrix = new Float32Array(size * D);
  for (let j = 0; j < D; j++) {
    for (let c = 0; c < C; c++) {
      for (let s = 0; s < S; s++) {
        for (let t = 0; t < T; t++) matrix[at(c, s, t) * D + j] = weights[j][c][s][t];
      }
    }
  }
  const input = graph.input(
    names.input ?? "x",
    [batch, ...shape.map((size) => size === form.open ? "open" : size)],
    type,
  );
  let x = type === "float32" ? input : graph.node("Cast", [input], { to: DataType.float32 });
  x = graph.node("Reshape", [x, graph.ints([typeof batch === "number" ? batch : -1, size])], {}, {
    name: names.inner ?? "row",
  });
  x = graph.node("MatMul", [x, graph.initializer(matrix, [size, D], "w")], {}, { name: names.latent ?? "z" });
  form.more?.(graph, x);
  if (output !== undefined) x = graph.node("Reshape", [x, graph.ints(output)]);
  if (form.tail !== undefined) x = form.tail(graph, x);
  if (type !== "float32") x = graph.node("Cast", [x], { to: DataType[type] });
  graph.output(x, output === undefined ? [batch, D] : output.map((n) => n === 0 ? batch : n), type);
  return graph.encode({ opset: form.opset ?? 13 });
}

/** Latents of windows by a file of the usual form. */
export async function latentsOf(onnx: Uint8Array, windows: Float32Array): Promise<Float32Array> {
  const session = await openSession(onnx);
  try {
    const shape = [windows.length / (C * S * T), C, S, T];
    return (await session.run({ window: { data: windows, shape } })).latent.data as Float32Array;
  } finally {
    await session.release();
  }
}

const bytes = (content: string) => new TextEncoder().encode(content);

/** A file with its weights moved into `data`, as `onnx.save_model(…, save_as_external_data=True)` does. */
export function outside(file: Uint8Array, location: string): { file: Uint8Array; data: Uint8Array } {
  const data: Uint8Array[] = [new Uint8Array(64)]; // offsets need not begin at 0
  let length = 64;
  const change = (message: Uint8Array, path: number[]): Uint8Array =>
    joined([...fields(message)].flatMap((field) => {
      if (field.number !== path[0]) return writeField(field, field.bytes);
      if (path.length > 1) return writeBytes(field.number, change(field.bytes, path.slice(1)));
      const entry = (key: string, value: string) =>
        writeBytes(13, joined([...writeBytes(1, bytes(key)), ...writeBytes(2, bytes(value))]));
      const moved = [
        ...entry("location", location),
        ...entry("offset", String(length)),
        ...entry("length", String(field.bytes.length)),
        ...writeInt(14, 1n),
      ];
      data.push(field.bytes);
      length += field.bytes.length;
      return moved;
    }));
  return { file: change(file, [7, 5, 9]), data: joined(data) };
}

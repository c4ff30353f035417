/**
 * Reverse-mode differentiation that emits ONNX instead of computing: every operation appends its forward nodes now and
 * remembers how to append its gradient later. One training step becomes one graph, which ONNX Runtime then executes.
 *
 * Activations lie as `[batch, time, sensors, channels]`: im2col then copies whole runs of channels, every convolution
 * is one matrix product, and time pooling never touches single floats.
 */
import { GraphBuilder } from "../../onnx/builder.ts";

/** A tensor of the step under construction, with a static shape. */
export interface Var {
  name: string;
  shape: number[];
}

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Records operations and their gradients. */
export class Tape {
  readonly graph: GraphBuilder;
  readonly #backward: (() => void)[] = [];
  readonly #gradients = new Map<string, string[]>();
  readonly #ones = new Map<number, string>();
  readonly #frozen = new Set<string>();

  constructor(name: string) {
    this.graph = new GraphBuilder(name);
  }

  /** A graph input. Nothing is differentiated with respect to it unless `trained`. */
  input(name: string, shape: number[], trained = false): Var {
    this.graph.input(name, shape);
    return trained ? { name, shape } : this.constant({ name, shape });
  }

  /** Marks a tensor as one that nothing is differentiated with respect to. */
  constant(x: Var): Var {
    this.#frozen.add(x.name);
    return x;
  }

  /** Appends a node without gradient; the building block of all operations. */
  emit(op: string, inputs: string[], shape: number[], attributes = {}): Var {
    return { name: this.graph.node(op, inputs, attributes), shape };
  }

  /** Registers how `output`'s gradient flows on; called in reverse order by {@linkcode backward}. */
  onBackward(output: Var, flow: (gradient: string) => void): void {
    this.#backward.push(() => {
      const gradient = this.gradientOf(output);
      if (gradient !== undefined) flow(gradient);
    });
  }

  /** The same for several outputs of one node; what nothing flows into has no gradient. */
  onBackwardOf(outputs: readonly Var[], flow: (gradients: (string | undefined)[]) => void): void {
    this.#backward.push(() => {
      const gradients = outputs.map((output) => this.gradientOf(output));
      if (gradients.some((gradient) => gradient !== undefined)) flow(gradients);
    });
  }

  /** Adds `gradient` to what flows into `target`. */
  accumulate(target: Var, gradient: string): void {
    if (this.#frozen.has(target.name)) return;
    const known = this.#gradients.get(target.name);
    if (known === undefined) this.#gradients.set(target.name, [gradient]);
    else known.push(gradient);
  }

  /** Whether a gradient for `target` is of any use. */
  wants(target: Var): boolean {
    return !this.#frozen.has(target.name);
  }

  /** The sum of all gradients that have flowed into `target`. */
  gradientOf(target: Var): string | undefined {
    const parts = this.#gradients.get(target.name);
    if (parts === undefined) return undefined;
    if (parts.length > 1) parts.splice(0, parts.length, this.graph.node("Sum", [...parts]));
    return parts[0];
  }

  /** Emits all gradients, starting from `gradient` at `output`. */
  backward(starts: [Var, string][]): void {
    for (const [output, gradient] of starts) this.accumulate(output, gradient);
    for (const flow of this.#backward.reverse()) flow();
  }

  /** Reshapes; free at run time. */
  reshape(x: Var, shape: number[]): Var {
    if (size(x.shape) !== size(shape)) throw new RangeError(`Cannot reshape [${x.shape}] to [${shape}]`);
    const y = this.emit("Reshape", [x.name, this.graph.ints(shape)], shape);
    if (!this.wants(x)) this.constant(y);
    this.onBackward(
      y,
      (dy) => this.accumulate(x, this.graph.node("Reshape", [dy, this.graph.ints(x.shape)])),
    );
    return y;
  }

  /** `x` `[rows, in]` times `w` `[in, out]`. */
  matmul(x: Var, w: Var): Var {
    const y = this.emit("MatMul", [x.name, w.name], [x.shape[0], w.shape[1]]);
    this.onBackward(y, (dy) => {
      this.accumulate(w, this.graph.node("Gemm", [x.name, dy], { transA: 1 }));
      if (this.wants(x)) this.accumulate(x, this.graph.node("Gemm", [dy, w.name], { transB: 1 }));
    });
    return y;
  }

  /** Adds `bias` `[columns]` to every row of `x` `[rows, columns]`. */
  addRow(x: Var, bias: Var): Var {
    const y = this.emit("Add", [x.name, bias.name], x.shape);
    this.onBackward(y, (dy) => {
      this.accumulate(x, dy);
      this.accumulate(bias, this.sumRows(dy, x.shape[0], x.shape[1]));
    });
    return y;
  }

  /**
   * Column sums of a `[rows, columns]` tensor as `[columns]`: a product with ones, because the runtime's own sum over
   * rows gets slower with a second thread.
   */
  sumRows(x: string, rows: number, columns: number): string {
    const ones = this.#ones.get(rows) ??
      this.graph.initializer(new Float32Array(rows).fill(1), [1, rows], "ones");
    this.#ones.set(rows, ones);
    return this.graph.node("Reshape", [this.graph.node("MatMul", [ones, x]), this.graph.ints([columns])]);
  }

  relu(x: Var): Var {
    const y = this.emit("Relu", [x.name], x.shape);
    this.onBackward(y, (dy) => {
      const mask = this.graph.node("Greater", [y.name, this.graph.scalar(0)]);
      this.accumulate(x, this.graph.node("Mul", [dy, this.graph.node("Cast", [mask], { to: 1 })]));
    });
    return y;
  }

  /** Multiplies by a constant tensor of the same shape (dropout masks). */
  mask(x: Var, mask: Var): Var {
    const y = this.emit("Mul", [x.name, mask.name], x.shape);
    this.onBackward(y, (dy) => this.accumulate(x, this.graph.node("Mul", [dy, mask.name])));
    return y;
  }

  /** Multiplies every row by a constant row. */
  scaleRow(x: Var, factors: Float32Array): Var {
    const row = this.graph.initializer(factors, [1, factors.length], "row");
    const y = this.emit("Mul", [x.name, row], x.shape);
    this.onBackward(y, (dy) => this.accumulate(x, this.graph.node("Mul", [dy, row])));
    return y;
  }

  /** Adds a constant row. */
  shiftRow(x: Var, values: Float32Array): Var {
    const y = this.emit("Add", [x.name, this.graph.initializer(values, [1, values.length], "row")], x.shape);
    this.onBackward(y, (dy) => this.accumulate(x, dy));
    return y;
  }

  tanh(x: Var): Var {
    const y = this.emit("Tanh", [x.name], x.shape);
    this.onBackward(y, (dy) => {
      const slope = this.graph.node("Sub", [this.graph.scalar(1), this.graph.node("Mul", [y.name, y.name])]);
      this.accumulate(x, this.graph.node("Mul", [dy, slope]));
    });
    return y;
  }

  /** Rounds half to even; the gradient passes straight through (Bengio et al. 2013, arXiv 1308.3432). */
  roundStraightThrough(x: Var): Var {
    const y = this.emit("Round", [x.name], x.shape);
    this.onBackward(y, (dy) => this.accumulate(x, dy));
    return y;
  }

  /** Exchanges axes. */
  transpose(x: Var, perm: number[]): Var {
    const y = this.emit("Transpose", [x.name], perm.map((axis) => x.shape[axis]), { perm });
    const back = perm.map((_, axis) => perm.indexOf(axis));
    this.onBackward(y, (dy) => this.accumulate(x, this.graph.node("Transpose", [dy], { perm: back })));
    return y;
  }

  /** The first and the second half of the rows; a gradient must flow into both. */
  halves(x: Var): [Var, Var] {
    const shape = x.shape.with(0, x.shape[0] / 2);
    const [first, second] = this.graph.nodes("Split", [x.name, this.graph.ints([shape[0], shape[0]])], {
      axis: 0,
    }, { outputs: 2 }).map((name) => ({ name, shape }));
    this.onBackward(first, (dy) => {
      this.accumulate(x, this.graph.node("Concat", [dy, this.gradientOf(second)!], { axis: 0 }));
    });
    return [first, second];
  }

  /** The first `length` steps of axis 1. */
  firstSteps(x: Var, length: number): Var {
    const shape = x.shape.with(1, length);
    const y = this.emit("Slice", [
      x.name,
      this.graph.ints([0]),
      this.graph.ints([length]),
      this.graph.ints([1]),
    ], shape);
    const after = x.shape.map((_, axis) => axis === 1 ? x.shape[1] - length : 0);
    const pads = this.graph.ints([...x.shape.map(() => 0), ...after]);
    this.onBackward(y, (dy) => this.accumulate(x, this.graph.node("Pad", [dy, pads])));
    return y;
  }

  /** Joins along an axis, by default the last. */
  concat(xs: Var[], axis = xs[0].shape.length - 1): Var {
    const sizes = xs.map((x) => x.shape[axis]);
    const shape = xs[0].shape.with(axis, sizes.reduce((sum, n) => sum + n, 0));
    const y = this.emit("Concat", xs.map((x) => x.name), shape, { axis });
    this.onBackward(y, (dy) => {
      const parts = xs.length === 1
        ? [dy]
        : this.graph.nodes("Split", [dy, this.graph.ints(sizes)], { axis }, { outputs: xs.length });
      xs.forEach((x, i) => this.accumulate(x, parts[i]));
    });
    return y;
  }
}

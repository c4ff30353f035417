import assert from "node:assert/strict";
import { importEncoder } from "../../lib/onnx/imported_encoder.ts";
import { openSession } from "../../lib/onnx/runtime.ts";
import { runEncoder } from "../../lib/model/run_encoder.ts";
import {
  C,
  D,
  expectedLatents,
  foreignEncoder,
  type Form,
  latentsOf,
  layouts,
  S,
  someWindows,
  T,
} from "./foreign_encoders.ts";

const sensors = ["wrist", "hip"];
const channels = ["x", "y", "z"];
const usual = { labels: [], levels: null, rate: 0, temperature: 1, sensors, channels };

const take = (form: Form, facts: Record<string, unknown> = {}) =>
  importEncoder(foreignEncoder(form), "e.onnx", { ...usual, ...facts });

function close(have: ArrayLike<number>, want: ArrayLike<number>, tolerance = 1e-4): void {
  assert.equal(have.length, want.length);
  for (let i = 0; i < want.length; i++) {
    assert.ok(Math.abs(have[i] - want[i]) <= tolerance, `${have[i]} ${want[i]}`);
  }
}

for (const layout of Object.keys(layouts)) {
  Deno.test(`importEncoder() feeds an encoder of layout ${layout} what it expects`, async () => {
    const { model, warnings } = await take({ layout }, { layout });
    assert.deepEqual(model.architecture.input, [C, S, T]);
    assert.deepEqual(warnings, []);
    const windows = someWindows(7);
    close(await latentsOf(model.onnx, windows), expectedLatents(windows));
  });
}

Deno.test("importEncoder() takes open dimensions from what is known of the windows, or asks", async () => {
  const facts = { layout: "NTC", sensors: undefined };
  const { model } = await take({ layout: "NTC", open: T }, { ...facts, length: T });
  assert.deepEqual(model.architecture.input, [C, S, T], "three channels are known, two sensors follow");
  const windows = someWindows(3);
  close(await latentsOf(model.onnx, windows), expectedLatents(windows));
  await assert.rejects(
    take({ layout: "NTC", open: T }, facts),
    /its input x has shape \[N, open, 6\] and layout NTC: it leaves open how many samples a window has\n.*length/,
  );
});

const names: [what: string, names: Form["names"]][] = [
  ["an inner tensor called latent", { inner: "latent" }],
  ["an inner tensor called window", { inner: "window" }],
  ["a latent called window", { latent: "window" }],
  ["an input called latent", { input: "latent" }],
  ["names with slashes and umlauts", { input: "/eingang/größe", inner: "a b", latent: "/z:0" }],
];
for (const [what, given] of names) {
  for (const layout of ["NCST", "NTC"]) {
    Deno.test(`importEncoder() takes ${what}, layout ${layout}`, async () => {
      const { model } = await take({ names: given, layout }, { layout });
      const windows = someWindows(3);
      close(await latentsOf(model.onnx, windows), expectedLatents(windows));
    });
  }
}

Deno.test("importEncoder() takes an encoder again that it made itself", async () => {
  const first = await take({ layout: "NTC", type: "float16", output: [0, D, 1, 1] }, { layout: "NTC" });
  const { model } = await importEncoder(first.model.onnx, "e.onnx", usual);
  const windows = someWindows(3);
  assert.deepEqual(await latentsOf(model.onnx, windows), await latentsOf(first.model.onnx, windows));
});

for (const type of ["float16", "float64"] as const) {
  for (const layout of ["NCST", "N1TC"]) {
    Deno.test(`importEncoder() casts ${type} at input and output, layout ${layout}`, async () => {
      const { model } = await take({ type, layout }, { layout });
      const windows = someWindows(3);
      close(await latentsOf(model.onnx, windows), expectedLatents(windows), type === "float16" ? 0.03 : 1e-4);
    });
  }
}

for (const [what, output] of [["[N, d, 1, 1]", [0, D, 1, 1]], ["[1, N, d]", [1, -1, D]]] as const) {
  Deno.test(`importEncoder() takes an output ${what}`, async () => {
    const { model } = await take({ output: [...output] });
    const windows = someWindows(4);
    close(await latentsOf(model.onnx, windows), expectedLatents(windows));
  });
}

for (const batch of [1, 2, 32]) {
  Deno.test(`an encoder of fixed batch ${batch} is run so, and the last run is filled up`, async () => {
    const { model, warnings } = await take({ batch });
    assert.equal(model.batch, batch);
    assert.match(warnings.join(), new RegExp(`takes ${batch} window`));
    const windows = someWindows(35);
    const session = await openSession(model.onnx);
    try {
      close((await runEncoder(session, model, windows)).latents, expectedLatents(windows));
    } finally {
      await session.release();
    }
  });
}

Deno.test("importEncoder() takes a file that joins all windows in one row a window at a time", async () => {
  const { model } = await take({ output: [1, -1] });
  assert.equal(model.batch, 1);
});

Deno.test("importEncoder() takes the logarithm of probabilities as logits", async () => {
  const more: Form["more"] = (graph, z) =>
    graph.output(graph.node("Softmax", [z], { axis: 1 }, { name: "p" }), ["N", D]);
  const { model, warnings } = await take({ more }, { logits: "p", labels: ["a", "b", "c", "d"] });
  assert.match(warnings.join(), /p holds probabilities/);
  const windows = someWindows(2);
  const session = await openSession(model.onnx);
  const { logits } = await runEncoder(session, model, windows).finally(() => session.release());
  for (let i = 0; i < 2; i++) {
    const z = expectedLatents(windows).slice(i * D, (i + 1) * D);
    const sum = z.reduce((a, v) => a + Math.exp(v), 0);
    close(logits.subarray(i * D, (i + 1) * D), z.map((v) => v - Math.log(sum)), 1e-3);
  }
});

const refused: [what: string, form: Form, facts: Record<string, unknown>, RegExp][] = [
  [
    "chance",
    {
      tail: (graph, z) =>
        graph.node("Add", [z, graph.node("RandomNormalLike", [z], { scale: { float: 0.01 } })], {}, {}),
    },
    {},
    /its latent differs by up to .* between two runs.*\n.*model\.eval/,
  ],
  [
    "the windows beside it",
    {
      tail: (graph, z) =>
        graph.node("Sub", [z, graph.node("ReduceMean", [z], { axes: [0], keepdims: 1 })], {}, {}),
    },
    {},
    /its latent of a window changes by up to .* with the windows beside it/,
  ],
  [
    "the windows beside it in a fixed batch",
    {
      batch: 8,
      tail: (graph, z) =>
        graph.node("Sub", [z, graph.node("ReduceMean", [z], { axes: [0], keepdims: 1 })], {}, {}),
    },
    {},
    /changes by up to .* with the windows beside it/,
  ],
  [
    "weights that are no numbers",
    { tail: (graph, z) => graph.node("Mul", [z, graph.scalar(NaN)], {}, {}) },
    {},
    /its latent is NaN on random windows/,
  ],
  [
    "two outputs of which none is named",
    {
      more: (graph, z) => graph.output(graph.node("Neg", [z], {}, { name: "logvar" }), ["N", D]),
    },
    {},
    /it has 2 outputs: logvar, z\n.*Set latent/,
  ],
  ["three dimensions without a layout", { layout: "NTC" }, {}, /shape \[N, 5, 6\].*\n.*Set layout: NTC fits/],
  ["one row without a layout", { layout: "flat" }, {}, /Set layout: N\(TC\) or N\(CT\) fit/],
  [
    "another layout than the file's",
    { layout: "NTC" },
    { layout: "NCT", length: 5 },
    /its dimension 2 is 5.*\n.*Layout NTC or TNC would fit/,
  ],
  [
    "a sequence of latents",
    { output: [0, 2, 2] },
    {},
    /output latent has shape \[1,2,2\] for 1 window, expected/,
  ],
];
for (const [what, form, facts, message] of refused) {
  Deno.test(`importEncoder() refuses ${what}`, async () => {
    await assert.rejects(take(form, facts), message);
  });
}

Deno.test("importEncoder() tells of an encoder that sees nothing", async () => {
  const tail: Form["tail"] = (graph, z) => graph.node("Mul", [z, graph.scalar(0)]);
  assert.match((await take({ tail })).warnings.join(), /one and the same latent/);
});

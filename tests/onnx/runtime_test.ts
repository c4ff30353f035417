import assert from "node:assert/strict";
import { GraphBuilder } from "../../lib/onnx/builder.ts";
import { openSession, type Provider } from "../../lib/onnx/runtime.ts";
import { InputError } from "../../lib/errors.ts";

function rounding(): Uint8Array {
  const g = new GraphBuilder("rounding");
  const x = g.input("x", ["n", 3]);
  g.output(g.node("Round", [x], {}, { name: "rounded" }), ["n", 3]);
  g.output(g.node("Cast", [x], { to: 7 }, { name: "cast" }), ["n", 3], "int64");
  return g.encode();
}

/** Before any session was opened. */
const ownWorker = globalThis.Worker;

for (const provider of ["onnxruntime-node", "onnxruntime-web"] as Provider[]) {
  Deno.test(`openSession() runs a graph on ${provider}`, async () => {
    const session = await openSession(rounding(), { provider });
    assert.equal(session.provider, provider);
    assert.match(session.version, /^\d+\.\d+\.\d+/);
    assert.deepEqual(session.inputNames, ["x"]);
    assert.deepEqual(session.outputNames, ["rounded", "cast"]);
    const x = { data: new Float32Array([0.5, 1.5, -2.5, 2.5, -0.75, 7]), shape: [2, 3] };
    const all = await session.run({ x });
    assert.deepEqual([...all.rounded.data].map((v) => Number(v) + 0), [0, 2, -2, 2, -1, 7]);
    assert.deepEqual(all.rounded.shape, [2, 3]);
    assert.deepEqual(all.cast.data, new BigInt64Array([0n, 1n, -2n, 2n, 0n, 7n]));
    assert.deepEqual(Object.keys(await session.run({ x }, ["cast"])), ["cast"]);
    await session.release();
  });

  Deno.test(`openSession() throws InputError on ${provider} when the file is no ONNX file`, async () => {
    await assert.rejects(openSession(new Uint8Array([1, 2, 3]), { provider }), InputError);
    const session = await openSession(rounding(), { provider }); // a failure does not block later sessions
    await session.release();
  });
}

Deno.test("openSession() opens sessions asked for at once", async () => {
  const sessions = await Promise.all(
    [1, 2, 3].map(() => openSession(rounding(), { provider: "onnxruntime-web" })),
  );
  assert.equal(sessions.length, 3);
  for (const session of sessions) await session.release();
});

Deno.test("openSession() leaves the global Worker as it is, also on onnxruntime-web", async () => {
  const session = await openSession(rounding(), { provider: "onnxruntime-web" });
  await session.release();
  assert.equal(globalThis.Worker, ownWorker);
});

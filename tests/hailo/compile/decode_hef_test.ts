import assert from "node:assert/strict";
import fc from "fast-check";
import { HailoError } from "../../../lib/hailo/error.ts";
import { decodeHef } from "../../../lib/hailo/compile/decode_hef.ts";
import { boundsOf, checkHef, type HefExpectation, isStandIn } from "../../../lib/hailo/compile/hef_check.ts";
import { type HefSpec, writeHef } from "../../standins/hef_writer.ts";

/** What a public HEF of this network family says (DFC 3.32, calibrated on random data). */
const published: HefSpec = {
  network: "fsq_m13_behavioral_analysis",
  architecture: 1,
  sdkVersion: "3.32.0",
  contexts: 1,
  latency: 0.000147,
  fps: 90518,
  hash: 1n,
  streams: [
    {
      name: "fsq_m13_behavioral_analysis/input_layer1",
      direction: "input",
      shape: [2, 100, 9],
      limits: [0, 0.99999],
      originalNames: ["input"],
    },
    {
      name: "fsq_m13_behavioral_analysis/normalization1",
      direction: "output",
      shape: [1, 1, 5],
      limits: [-3.0267, 3.0031],
      originalNames: ["conv4", "/fsq/Tanh", "/fsq/Sub"],
    },
  ],
};

const expected: HefExpectation = {
  arch: "hailo8",
  input: [1, 9, 2, 100],
  outputs: [{ node: "/fsq/Sub", shape: [1, 1, 5] }],
  calibration: { low: -3.1, high: 3.1 },
  bounds: boundsOf([8, 6, 5, 5, 4]),
};

Deno.test("decodeHef() reads every header version and both places of the network", () => {
  for (const version of [0, 1, 2, 3]) {
    for (const asOperation of [false, true]) {
      const hef = decodeHef(writeHef({ ...published, version, asOperation }));
      assert.equal(hef.version, version);
      assert.equal(hef.architecture, "HAILO8");
      assert.equal(hef.sdkVersion, "3.32.0");
      assert.equal(hef.network, "fsq_m13_behavioral_analysis");
      assert.equal(hef.contexts, 1);
      assert.ok(Math.abs(hef.estimated.latencyMs! - 0.147) < 1e-9);
      assert.equal(hef.estimated.fps, 90518);
      const [input, output] = hef.streams;
      assert.deepEqual(input.shape, [2, 100, 9]);
      assert.ok(Math.abs(input.scale - 0.0039215) < 1e-6);
      assert.deepEqual(output.originalNames.at(-1), "/fsq/Sub");
      assert.equal(output.zeroPoint, 128);
    }
  }
});

Deno.test("checkHef() finds both faults of the published HEF: saturating input, unreachable code", () => {
  const found = checkHef(decodeHef(writeHef(published)), expected);
  assert.deepEqual(found.map((f) => f.code), ["HEF_RANGE", "HEF_RANGE"]);
  assert.match(found[0].message, /input_layer1 holds \[0\.000, 1\.000\].*\[-3\.100, 3\.100\]/);
  assert.match(found[1].message, /normalization1 holds \[-3\.027, 3\.003\].*\[-4\.003, 3\.003\]|all codes/);
});

Deno.test("checkHef() accepts ranges that cover the data", () => {
  const [input, output] = published.streams;
  const good = {
    ...published,
    streams: [{ ...input, limits: [-4, 4] }, { ...output, limits: [-4.0035, 3.0035] }],
  };
  assert.deepEqual(checkHef(decodeHef(writeHef(good as HefSpec)), expected), []);
});

Deno.test("boundsOf() gives the analytic ranges", () => {
  const [l8, l6, l5, l4] = boundsOf([8, 6, 5, 4]);
  const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-9, `${a} ${b}`);
  close(l8.min, -4.0035), close(l8.max, 3.0035);
  close(l6.min, -3.0025), close(l6.max, 2.0025);
  close(l5.min, -2.002), close(l5.max, 2.002);
  close(l4.min, -2.0015), close(l4.max, 1.0015);
});

Deno.test("isStandIn() goes by the file's own content", () => {
  assert.equal(isStandIn(decodeHef(writeHef(published))), false);
  assert.equal(isStandIn(decodeHef(writeHef({ ...published, hash: 0n }))), true);
  assert.equal(isStandIn(decodeHef(writeHef({ ...published, sdkVersion: "3.33.0-standin" }))), true);
});

Deno.test("decodeHef() names what is wrong with a damaged file", () => {
  const bytes = writeHef(published);
  const refused = (spoiled: Uint8Array, why: RegExp) =>
    assert.throws(() => decodeHef(spoiled), (e: any) => e.code === "HEF_CORRUPT" && why.test(e.message));
  refused(new Uint8Array(0), /too few/);
  refused(bytes.subarray(0, 20), /header is cut short/);
  refused(bytes.subarray(0, bytes.length - 1), /its header says/);
  refused(bytes.with(0, 9), /magic/);
  refused(bytes.with(7, 9), /format version 9/);
});

Deno.test("decodeHef() never fails with anything but its own error, whatever the bytes", () => {
  const bytes = writeHef(published);
  fc.assert(
    fc.property(
      fc.nat(bytes.length - 1),
      fc.nat(255),
      (at, value) => {
        try {
          decodeHef(bytes.with(at, value));
        } catch (error) {
          assert.ok(error instanceof HailoError, String(error));
        }
      },
    ),
    { numRuns: 300, seed: 7 },
  );
});

import assert from "node:assert/strict";
import { checkCalibration } from "../../../lib/hailo/compile/calibration.ts";

const input = [1, 3, 2, 10]; // channels 3, sensors 2, length 10
const make = (n: number, value = (i: number) => Math.sin(i)) => ({
  data: Float32Array.from({ length: n * 60 }, (_, i) => value(i)),
  shape: [n, 2, 10, 3],
});

Deno.test("T089 checkCalibration() accepts enough finite NHWC windows and gives their central range", () => {
  const result = checkCalibration(make(2000, (i) => (i % 10_007) / 10_006), input);
  assert.equal(result.ok, true);
  assert.deepEqual(result.findings, []);
  assert.deepEqual([result.range!.min, result.range!.max], [0, 1]);
  assert.ok(Math.abs(result.range!.low - 0.001) < 2e-4 && Math.abs(result.range!.high - 0.999) < 2e-4);
});

Deno.test("checkCalibration() recognises the NCHW layout of the guides", () => {
  const { data } = make(5);
  const [found] = checkCalibration({ data, shape: [5, 3, 2, 10] }, input).findings;
  assert.equal(found.code, "CALIB_SHAPE");
  assert.match(found.message, /it is NCHW/);
});

Deno.test("checkCalibration() refuses other types, empty sets and values that are not finite", () => {
  const code = (array: Parameters<typeof checkCalibration>[0]) =>
    checkCalibration(array, input).findings[0].code;
  assert.equal(code({ data: new Uint8Array(60), shape: [1, 2, 10, 3] }), "CALIB_SHAPE");
  assert.equal(code({ data: new Float32Array(0), shape: [0, 2, 10, 3] }), "CALIB_TOO_FEW");
  const infinite = make(3);
  infinite.data[61] = Infinity;
  const result = checkCalibration(infinite, input);
  assert.equal(result.findings[0].code, "CALIB_NOT_FINITE");
  assert.deepEqual(result.findings[0].details, { window: 1 });
});

Deno.test("checkCalibration() warns about channels that never change and about too few windows", () => {
  const result = checkCalibration(make(4, (i) => i % 3 === 1 ? 0.5 : Math.sin(i)), input);
  assert.equal(result.ok, true);
  assert.deepEqual(result.findings.map((f) => [f.code, f.severity]), [
    ["CALIB_CONSTANT", "warning"],
    ["CALIB_TOO_FEW", "warning"],
  ]);
  assert.match(result.findings[0].message, /channel 1/);
});

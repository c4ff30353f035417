/** A packed model on the stand-in device: the recording that the float hosts read, in 8 bits at both ends of the chip. */
import assert from "node:assert/strict";
import type { Architecture } from "../../../lib/artifacts/model.ts";
import { skipReason } from "../../house/skip.ts";
import { gravityRecordings, packBehaviours } from "../behaviour_package.ts";
import { withFolder } from "../sample_bundle.ts";
import { compileWithStandIn, pythonOnDevice } from "../standin_device.ts";

const numpy = await new Deno.Command("python3", { args: ["-c", "import numpy"], stderr: "null" }).output()
  .then(({ success }) => success, () => false);

const variants: [string, Partial<Architecture>][] = [
  ["up to the quantiser", {}],
  ["up to the maps of a pooled deviation", { pooling: ["mean", "std"], neck: [7] }],
];

for (const [name, changes] of variants) {
  Deno.test({
    name: `the stand-in device reads the golden stream of a package, ${name}, within what 8 bits leave`,
    ignore: skipReason(!numpy && "no python3 with numpy"),
    async fn() {
      await withFolder(async (dir) => {
        const { whole } = gravityRecordings();
        const packed = await packBehaviours(dir, whole, changes, true, {
          compile: (bundle) => compileWithStandIn(dir, bundle),
        });
        const test = await pythonOnDevice(packed.dir, "scripts/selftest.py", "--backend", "hailo");
        assert.equal(test.code, 0, test.out + test.err);
        const { device, stream } = JSON.parse(test.out);
        assert.equal(device.backend, "hailo");
        assert.ok(device.max_abs_error > 1e-4, "8 bits differ from float");
        assert.ok(device.code_agreement >= device.tolerance.code_agreement);
        assert.equal(stream.windows, 18);
        assert.ok(stream.same_codes >= 14, JSON.stringify(stream));
        const live = await pythonOnDevice(
          packed.dir,
          ...["scripts/stream.py", "selftest/stream.csv", "--time", "time", "--backend", "hailo"],
        );
        assert.equal(live.code, 0, live.err);
        assert.equal(live.out.split("\n").filter((line) => line.includes('"prediction"')).length, 18);
      });
    },
  });
}

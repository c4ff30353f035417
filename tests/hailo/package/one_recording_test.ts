/** One recording of HAPT and one of the simulator through every host: the same behaviours, line by line. */
import assert from "node:assert/strict";
import { withoutChromium } from "../../browser/browser.ts";
import { skipReason, withoutData } from "../../house/skip.ts";
import { gravityRecordings } from "../behaviour_package.ts";
import { haptRecordings, throughEveryHost, undecided } from "../every_host.ts";
import { withFolder } from "../sample_bundle.ts";

const succeeds = (program: string, ...args: string[]) =>
  new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).output()
    .then(({ success }) => success, () => false);
const numpy = await succeeds("python3", "-c", "import numpy");
const compiler = await succeeds("c++", "-x", "c++", "-fsyntax-only", "/dev/null");
const missing = (!numpy && "no python3 with numpy") || (!compiler && "no c++") || withoutChromium;

for (
  const [of, windows, made, without] of [
    ["the simulator", 100, () => Promise.resolve(gravityRecordings()), false],
    ["HAPT", 700, haptRecordings, withoutData("hapt.zip")],
  ] as const
) {
  Deno.test({
    name:
      `a recording of ${of} gives the same behaviours on every host, and in 8 bits those of nearly all windows`,
    ignore: skipReason(missing || without),
    async fn() {
      await withFolder(async (dir) => {
        const rows = await throughEveryHost(dir, await made());
        assert.deepEqual(rows.map(({ host }) => host), [
          ...["stream", "Python", "C++", "browser", "stand-in device"],
        ]);
        for (const { host, arithmetic, n, codes, behaviours, smoothed, differ } of rows) {
          assert.ok(n >= windows, `${n} windows`);
          if (arithmetic === "float") {
            // Only windows that float32 itself cannot decide may differ, and each is listed.
            const others = differ.filter(({ distance }) => distance > undecided);
            assert.deepEqual(others, [], host);
            if (differ.length === 0) assert.deepEqual([codes, behaviours, smoothed], [n, n, n], host);
          } else {
            assert.ok(codes / n > 0.85, `${host}: ${codes} of ${n} codes`);
            assert.ok(behaviours / n > 0.85, `${host}: ${behaviours} of ${n} behaviours`);
            assert.ok(differ.length > 0, "8 bits are not float");
          }
        }
      });
    },
  });
}

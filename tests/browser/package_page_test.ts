/** The page of a package in Chromium: a file and a phone's sensors give the lines that every host prints. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Recordings } from "../../lib/artifacts/recordings.ts";
import { csvOf, gravityRecordings, packBehaviours } from "../hailo/behaviour_package.ts";
import { withFolder } from "../hailo/sample_bundle.ts";
import { skipReason } from "../house/skip.ts";
import { choose, type Line, linesOf } from "./page_lines.ts";
import { serveFolder } from "./serve_folder.ts";
import {
  audit,
  keepPicture,
  layoutFaults,
  views,
  withBrowser,
  withoutChromium,
  withPage,
} from "./browser.ts";

/** The first sensor's first channels. */
function part(set: Recordings, channels: number): Recordings {
  const width = set.sensors.length * set.channels.length;
  return {
    ...set,
    sensors: set.sensors.slice(0, 1),
    channels: set.channels.slice(0, channels),
    units: set.units.slice(0, channels),
    recordings: set.recordings.map((recording) => ({
      ...recording,
      data: Float32Array.from(
        { length: recording.samples * channels },
        (_, i) => recording.data[Math.floor(i / channels) * width + i % channels],
      ),
    })),
  };
}

/** Equal but for the last digits of shares, which another runtime rounds otherwise. */
function assertSameLines(actual: Line[], expected: Line[]): void {
  const coarse = (lines: Line[]) =>
    JSON.parse(
      JSON.stringify(lines),
      (_, value) => typeof value === "number" && !Number.isInteger(value) ? Number(value.toFixed(4)) : value,
    );
  assert.deepEqual(coarse(actual), coarse(expected));
}

Deno.test({
  name: "the page of a package names the behaviours of a file as every host does, and asks nobody else",
  ignore: skipReason(withoutChromium),
  async fn() {
    await withFolder(async (dir) => {
      const { whole } = gravityRecordings();
      const { dir: packed } = await packBehaviours(dir, whole, {}, true, { targets: ["cpu", "browser"] });
      assert.equal(await Deno.stat(join(packed, "hailo")).catch(() => undefined), undefined);
      const golden = async (name: string) => await Deno.readTextFile(join(packed, "selftest", name));
      const expected = (await golden("stream.expected.jsonl")).trimEnd().split("\n").map((l) =>
        JSON.parse(l)
      );
      const { server, asked, url } = serveFolder(packed);
      try {
        await withBrowser(async (browser) => {
          for (const view of [views[0], views[5]]) {
            await withPage(browser, `${url}web/`, view, async (page) => {
              const abroad: string[] = [];
              page.on("request", (r) => {
                if (!/^(blob:|data:|http:\/\/127\.0\.0\.1:)/.test(r.url())) abroad.push(r.url());
              });
              await page.waitForSelector("#source:not([disabled])");
              await choose(page, "stream.csv", await golden("stream.csv"));
              assertSameLines(await linesOf(page), expected);
              assert.match(
                await page.textContent("#no-sensors") ?? "",
                /it is one sensor, the model takes 2/,
              );
              assert.deepEqual(await audit(page), []);
              assert.deepEqual(await layoutFaults(page), []);
              await keepPicture(page, `package-page-${view.width}-${view.scheme}`);
              await choose(page, "other.csv", "time,a\n0,1\n");
              await page.waitForFunction(`document.getElementById("error").textContent !== ""`);
              assert.match(await page.textContent("#error") ?? "", /there is no column waist\.acc_x/);
              assert.deepEqual(abroad, []);
            });
          }
        });
        assert.ok(asked.includes("/web/runtime/ort-wasm-simd-threaded.wasm"));
      } finally {
        await server.shutdown();
      }
    });
  },
});

Deno.test({
  name: "the page takes a phone's motion events at their own rate, in the model's units",
  ignore: skipReason(withoutChromium),
  async fn() {
    await withFolder(async (dir) => {
      const { raw } = gravityRecordings();
      const phone = part(raw, 6);
      const { dir: packed } = await packBehaviours(dir, phone, {}, false, { targets: ["browser"] });
      const { server, url } = serveFolder(packed);
      // The same samples as a file at the model's rate.
      const { recordings: [{ data }], rate } = phone;
      const whole = {
        ...phone,
        recordings: [{ ...phone.recordings[0], gaps: [], samples: 400, data: data.slice(0, 2400) }],
      };
      try {
        await withBrowser((browser) =>
          withPage(browser, `${url}web/`, views[0], async (page) => {
            await page.waitForSelector("#source:not([disabled])");
            await choose(page, "file.csv", csvOf(whole, 0));
            const expected = await linesOf(page);
            await page.click("#sensors");
            await page.waitForFunction(`document.getElementById("state").textContent.startsWith("Reading")`);
            await page.evaluate(
              `(${tell})(${JSON.stringify([...data.slice(0, 2400)])}, ${rate})`,
            );
            await page.click("#stop");
            const live = await linesOf(page);
            const codes = (lines: Line[]) => lines.filter((l) => l.event === "prediction").map((l) => l.code);
            assert.ok(codes(expected).length > 10);
            assert.deepEqual(codes(live), codes(expected));
          })
        );
      } finally {
        await server.shutdown();
      }
    });
  },
});

/** Runs in the page: motion events with these samples, whose times are made as the sensor would. */
function tell(data: number[], rate: number): void {
  const degrees = 180 / Math.PI;
  for (let t = 0; t < data.length / 6; t++) {
    const [ax, ay, az, gx, gy, gz] = data.slice(t * 6, t * 6 + 6);
    const event = new DeviceMotionEvent("devicemotion", {
      accelerationIncludingGravity: { x: ax, y: ay, z: az },
      rotationRate: { beta: gx * degrees, gamma: gy * degrees, alpha: gz * degrees },
    });
    Object.defineProperty(event, "timeStamp", { value: 1000 + t * 1000 / rate });
    dispatchEvent(event);
  }
}

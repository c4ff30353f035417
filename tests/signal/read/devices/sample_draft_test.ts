import assert from "node:assert/strict";
import { join } from "node:path";
import type { DeviceSignal } from "../../../../lib/signal/read/devices/device_signal.ts";
import { placeBlocks } from "../../../../lib/signal/read/devices/place_blocks.ts";
import { SampleDraft } from "../../../../lib/signal/read/devices/sample_draft.ts";
import { Random } from "../../../../lib/random.ts";

const per = 20;
/** Seconds at which blocks begin: every half a second, with a gap, and a clock that goes back after the fortieth. */
const begins = Array.from({ length: 60 }, (_, b) => 1e9 + b / 2 + (b > 12 ? 2 : 0) - (b >= 40 ? 7 : 0));

/** A device of two channels; reading is interrupted before block `until`. */
function device(until = Infinity) {
  const decoded: number[] = [];
  const signal: DeviceSignal = {
    device: "test",
    channels: ["acc_x", "acc_y"],
    units: ["g", "g"],
    rate: 40,
    blocks: {
      count: begins.length,
      begin: Float64Array.from(begins),
      samples: new Int32Array(begins.length).fill(per),
    },
    facts: {},
    notes: [],
    decode(b, into, at) {
      if (b === until) throw new Error("killed");
      decoded.push(b);
      for (let i = 0; i < 2 * per; i++) into[at + i] = Math.sin(2 * per * b + i);
    },
  };
  return { signal, decoded };
}

/** Reads everything on a clock; with a draft that keeps stretches of 100 rows. */
function read(clock: number, until?: number, path?: string) {
  const { signal, decoded } = device(until);
  const told: string[] = [];
  const open = () => Deno.openSync(path!, { read: true, write: true, create: true });
  using draft = path === undefined
    ? undefined
    : new SampleDraft(open, (line) => told.push(line), { from: 800, stretch: 800 });
  const runs = [...placeBlocks(signal, clock, 0.2, "f", undefined, draft).runs()];
  return { runs, decoded, told };
}

for (const [clock, how] of [[40, "as they are"], [43, "interpolated"]] as const) {
  Deno.test(`samples ${how} that were read before an interruption are not read again, and the result is the same`, async () => {
    const dir = await Deno.makeTempDir();
    try {
      const whole = read(clock).runs;
      assert.equal(whole.length, 2);
      const random = new Random(3);
      for (let until = 1; until < 60; until++) {
        const path = join(dir, `${until}`);
        assert.throws(() => read(clock, until, path), /killed/);
        const again = read(clock, undefined, path);
        assert.deepEqual(again.runs, whole, `${until}`);
        assert.equal(again.told.length, Number(until >= 5) + Number(until >= 45), `${until}`);
        if (until >= 12) assert.ok(again.decoded.length < 60 - until + 12, `${until}: ${again.decoded}`);
        // What was done is all there now; a part of it, and a byte that fell over, are no harm.
        const bytes = await Deno.readFile(path);
        const cut = bytes.slice(0, random.below(bytes.length));
        if (cut.length > 0) cut[random.below(cut.length)]! ^= 4;
        await Deno.writeFile(path, cut);
        assert.deepEqual(read(clock, undefined, path).runs, whole, `${until}, cut at ${cut.length}`);
        assert.deepEqual(await Deno.readFile(path), bytes, "the draft is whole again");
      }
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}

Deno.test("how far reading had come is told as a share and in samples", async () => {
  const path = await Deno.makeTempFile();
  try {
    assert.throws(() => read(40, 30, path), /killed/);
    assert.deepEqual(read(40, undefined, path).told, ["resumed at 75 %: 660 of 880 samples"]);
  } finally {
    await Deno.remove(path);
  }
});

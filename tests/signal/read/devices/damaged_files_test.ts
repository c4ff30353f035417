/**
 * Files damaged at random are read as far as they are whole, or refused; nothing else happens and nothing is invented.
 * `MOTIFLOW_DEVICE_CASES=10000` runs the long version.
 */
import assert from "node:assert/strict";
import { actigraph } from "../../../../lib/signal/read/devices/actigraph.ts";
import { axivity } from "../../../../lib/signal/read/devices/axivity.ts";
import type { DeviceFormat } from "../../../../lib/signal/read/devices/device_signal.ts";
import { geneactiv } from "../../../../lib/signal/read/devices/geneactiv.ts";
import { placeBlocks } from "../../../../lib/signal/read/devices/place_blocks.ts";
import { InputError } from "../../../../lib/errors.ts";
import { Random } from "../../../../lib/random.ts";
import { decodeAll } from "./decode_all.ts";
import {
  concatenated,
  makeCwa,
  makeGeneactiv,
  makeGt3x,
  makeRecord,
  sixteenBits,
  twelveBits,
} from "./make_device_files.ts";

const cases = Number(Deno.env.get("MOTIFLOW_DEVICE_CASES") ?? 400);
const noon = Date.UTC(2026, 2, 4, 12) / 1000;
const counts = (n: number, from = 0) => Array.from({ length: n }, (_, i) => [(from + i) % 400, -i, 256]);

const cwa = (axes: 3 | 6) =>
  makeCwa({
    axes,
    fractions: true,
    blocks: Array.from({ length: 8 }, (_, k) => ({
      begin: noon + k / 5,
      sequence: k,
      counts: counts(20, 20 * k).map((c) => axes === 3 ? c : [...c, ...c]),
    })),
  });
const log = Array.from({ length: 6 }, (_, k) => ({
  type: k % 2 === 0 ? 26 : 0,
  second: noon + k,
  payload: k % 2 === 0 ? sixteenBits(counts(30)) : twelveBits(counts(30)),
}));
const pages = Array.from({ length: 3 }, (_, k) => ({ begin: noon + 3 * k, counts: counts(300) }));

/** Format, whole file, its samples, and what is made of the damaged bytes. */
const files: [string, DeviceFormat, Uint8Array, number, ((bytes: Uint8Array) => Uint8Array)?][] = [
  ["AX3", axivity, cwa(3), 160],
  ["AX6", axivity, cwa(6), 160],
  ["log.bin", actigraph, concatenated(log.map(makeRecord)), 180, (bytes) => makeGt3x({ bytes })],
  ["activity.bin", actigraph, makeGt3x({ activity: twelveBits(counts(500)) }), 500],
  ["GENEActiv", geneactiv, makeGeneactiv(pages), 900],
];

/** Changes bytes, cuts, doubles or empties a stretch. */
function damage(bytes: Uint8Array, random: Random): Uint8Array {
  let out = bytes.slice();
  for (let k = random.below(3); k >= 0; k--) {
    const at = random.below(out.length);
    const length = 1 + random.below(Math.min(600, out.length - at));
    switch (random.below(6)) {
      case 0:
        out[at] ^= 1 << random.below(8);
        break;
      case 1:
        for (let i = 0; i < length; i++) out[at + i] = random.below(256);
        break;
      case 2:
        out = out.slice(0, Math.max(1, at));
        break;
      case 3:
        out.fill(random.below(2) * 255, at, at + length);
        break;
      case 4:
        out = new Uint8Array([...out.subarray(0, at), ...out.subarray(at + length)]);
        break;
      default:
        out = new Uint8Array([...out.subarray(0, at + length), ...out.subarray(at)]);
    }
    if (out.length === 0) return new Uint8Array(1);
  }
  return out;
}

for (const [name, format, whole, samples, packed = (b: Uint8Array) => b] of files) {
  Deno.test(`${cases} damaged files of ${name} are read in part or refused in words`, () => {
    const random = new Random(7);
    let read = 0;
    for (let i = 0; i < cases; i++) {
      const bytes = damage(whole, random);
      try {
        const all = decodeAll(format, packed(bytes));
        // A stretch that stands twice may be read twice; more than that is invented.
        assert(all.samples <= 4 * samples, `${all.samples} samples of ${samples}`);
        for (const v of all.values) assert(Number.isFinite(v));
        for (const run of placeBlocks(all.signal, all.signal.rate, 0.2, name).runs()) {
          for (const v of run.values) assert(Number.isFinite(v));
        }
        read++;
      } catch (cause) {
        if (!(cause instanceof InputError)) throw new Error(`case ${i}`, { cause });
      }
    }
    assert(read > 0 && read < cases);
  });
}

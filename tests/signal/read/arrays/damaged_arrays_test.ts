/**
 * Files of arrays damaged at random are read as far as they are whole, or refused; nothing else happens, and where the format
 * has checksums nothing is invented. `MOTIFLOW_DEVICE_CASES=10000` runs the long version.
 */
import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { decodeNpy, encodeNpy, type NpyData } from "../../../../lib/artifacts/npy.ts";
import { InputError } from "../../../../lib/errors.ts";
import { Random } from "../../../../lib/random.ts";
import { openNamedArrays } from "../../../../lib/signal/read/arrays/named_arrays.ts";
import matlab from "../../../reference/matlab.json" with { type: "json" };

const cases = Number(Deno.env.get("MOTIFLOW_DEVICE_CASES") ?? 300);
const values = Float32Array.from({ length: 60 }, (_, i) => Math.fround(Math.sin(i)));
const [X, y] = [encodeNpy(values, [4, 5, 3]), encodeNpy(Int32Array.of(0, 1, 1, 2))];
const entries = { "X.npy": X, "y.npy": y, "t.npy": encodeNpy(Float64Array.from(values), [60]) };
const [plain, packed] = matlab.files.map((text) => Uint8Array.fromBase64(text));

/** The array by its header in another order of bytes or of indices. */
function withHeader(from: string, to: string): Uint8Array {
  const text = String.fromCharCode(...X);
  return Uint8Array.from(text.replace(from, to.padEnd(from.length)), (c) => c.charCodeAt(0));
}

/** Changes, cuts, doubles or empties a stretch, more often where headers stand. */
function damage(bytes: Uint8Array, random: Random): Uint8Array {
  let out = bytes.slice();
  for (let k = random.below(3); k >= 0; k--) {
    const at = random.below(random.uniform() < 0.5 ? Math.min(160, out.length) : out.length);
    const length = 1 + random.below(Math.min(40, out.length - at));
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
        out = Uint8Array.from([...out.subarray(0, at), ...out.subarray(at + length)]);
        break;
      default:
        // Digits become others, so that shapes and types lie.
        for (let i = at; i < at + length; i++) {
          if (out[i] >= 48 && out[i] < 58) out[i] = 48 + random.below(10);
        }
    }
    if (out.length === 0) return new Uint8Array(1);
  }
  return out;
}

type Arrays = Map<string, { shape: readonly number[]; data: NpyData } | string[]>;

async function several(name: string, bytes: Uint8Array): Promise<Arrays> {
  const { arrays } = await openNamedArrays({ name, place: name, read: () => bytes });
  const found: Arrays = new Map();
  for (const [name, array] of arrays) {
    found.set(name, array.texts === undefined ? await array.read() : await array.texts());
  }
  return found;
}

/** What reads a file, the file, and whether checksums tell every change of an array. */
const files: [string, Uint8Array, (bytes: Uint8Array) => Arrays | Promise<Arrays>, boolean][] = [
  ...[
    ["npy", X],
    ["npy of big-endian numbers", withHeader("'<f4'", "'>f4'")],
    ["npy in Fortran order", withHeader("False", "True")],
  ].map((
    [name, bytes],
  ): (typeof files)[number] => [
    name as string,
    bytes as Uint8Array,
    (own) => new Map([["", decodeNpy(own)]]),
    false,
  ]),
  ["npz", zipSync(entries), (own) => several("a.npz", own), true],
  ["npz without packing", zipSync(entries, { level: 0 }), (own) => several("a.npz", own), true],
  ["MATLAB 5", plain, (own) => several("a.mat", own), false],
  ["packed MATLAB 5", packed, (own) => several("a.mat", own), true],
];

for (const [name, bytes, read, checked] of files) {
  Deno.test(`damaged files of arrays are read as far as they are whole, or refused: ${name}`, async () => {
    const whole = await read(bytes);
    const random = new Random(18);
    let refused = 0;
    for (let i = 0; i < cases; i++) {
      const damaged = damage(bytes, random);
      let found: Arrays;
      try {
        found = await read(damaged);
      } catch (cause) {
        if (!(cause instanceof InputError)) throw new Error(`case ${i}`, { cause });
        refused++;
        continue;
      }
      for (const [name, array] of found) {
        if (Array.isArray(array)) continue;
        assert.equal(
          array.data.length,
          array.shape.reduce((a, b) => a * b, 1),
          `case ${i}: ${name} [${array.shape}]`,
        );
        assert(array.data.byteLength <= 16 * bytes.length, `case ${i}: ${name} [${array.shape}] is invented`);
        if (checked && whole.has(name)) assert.deepEqual(array, whole.get(name), `case ${i}: ${name}`);
      }
    }
    assert(refused > 0.1 * cases, `${refused} of ${cases}`);
  });
}

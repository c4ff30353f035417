import assert from "node:assert/strict";
import { join } from "node:path";
import { zipSync } from "fflate";
import { dataFiles, zipEntries } from "../../../lib/signal/read/archive.ts";
import { readZip } from "../../../lib/signal/read/zip.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("zipEntries() gives every wanted entry's bytes, in any order of reading", () => {
  const content = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`d/${i % 7}_${i}.csv`, new TextEncoder().encode(`c${i}`)]),
  );
  const zip = zipSync({
    ...content,
    "d/readme.md": new Uint8Array(3),
    "__MACOSX/d/0_0.csv": new Uint8Array(1),
    "d/._x.csv": new Uint8Array(1),
  });
  const entries = zipEntries("/x/all.zip", zip, (name) => name.endsWith(".csv"));
  assert.deepEqual(entries.map((e) => e.name), Object.keys(content).sort());
  assert.equal(entries[0].place, `all.zip/${entries[0].name}`);
  for (const entry of [...entries.toReversed(), ...entries]) {
    assert.equal(text(entry.read()), text(content[entry.name]));
  }
});

Deno.test("zipEntries() takes names that point elsewhere for names and nothing more", () => {
  const names = ["../../evil.csv", "/etc/evil.csv", "a/../../evil.csv", "c:\\evil.csv"];
  const zip = zipSync(Object.fromEntries(names.map((name) => [name, new TextEncoder().encode(name)])));
  const entries = zipEntries("/x/all.zip", zip, () => true);
  assert.deepEqual(entries.map((e) => text(e.read())), names.toSorted());
});

Deno.test("zipEntries() refuses what is no archive", () => {
  assert.throws(() => zipEntries("/x/a.zip", new Uint8Array(50), () => true), {
    name: "InputError",
    message: /^a\.zip: Cannot read archive/,
  });
});

Deno.test("dataFiles() names files below their common folder", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const paths = ["set/a/1.csv", "set/b/1.csv", "set/b/skip.md"].map((name) => join(dir, name));
    for (const path of paths) {
      await Deno.mkdir(join(path, ".."), { recursive: true });
      await Deno.writeTextFile(path, path);
    }
    const files = await dataFiles(paths, (name) => name.endsWith(".csv"));
    assert.deepEqual(files.map((f) => [f.name, f.place]), [["a/1.csv", "set/a/1.csv"], [
      "b/1.csv",
      "set/b/1.csv",
    ]]);
    assert.equal(text(files[1].read()), paths[1]);
    const [single] = await dataFiles([paths[0]], () => true);
    assert.deepEqual([single.name, single.place], ["1.csv", "a/1.csv"]);
    assert.deepEqual(await dataFiles([], () => true), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("readZip() reads stored and deflated entries, and a directory followed by a comment", () => {
  const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);
  const zip = zipSync({
    stored: [noise, { level: 0 }],
    packed: [noise, { level: 9 }],
    "folder/": new Uint8Array(0),
  });
  const comment = new TextEncoder().encode("made by hand");
  const bytes = new Uint8Array(zip.length + comment.length);
  bytes.set(zip);
  bytes.set(comment, zip.length);
  new DataView(bytes.buffer).setUint16(zip.length - 2, comment.length, true);
  const entries = readZip(bytes);
  assert.deepEqual(entries.map((e) => [e.name, e.size]), [["stored", 5000], ["packed", 5000]]);
  for (const entry of entries) assert.deepEqual(entry.read(), noise);
});

Deno.test("readZip() reads what Zip64 moved to extra fields", () => {
  const plain = zipSync({ "a.csv": [new TextEncoder().encode("x\n1\n"), { level: 0 }] });
  const view = new DataView(plain.buffer, plain.byteOffset);
  const end = plain.length - 22;
  const central = view.getUint32(end + 16, true);
  const size = view.getUint32(central + 24, true);
  // The directory entry with both sizes and the offset in an extra field, then the Zip64 end record and locator.
  const entry = plain.slice(central, end);
  const extra = new DataView(new ArrayBuffer(4 + 24));
  extra.setUint16(0, 1, true);
  extra.setUint16(2, 24, true);
  [size, view.getUint32(central + 20, true), 0].forEach((n, i) =>
    extra.setBigUint64(4 + 8 * i, BigInt(n), true)
  );
  const wideEntry = new DataView(entry.buffer);
  for (const at of [20, 24, 42]) wideEntry.setUint32(at, 0xffffffff, true);
  wideEntry.setUint16(30, 28, true);
  const end64 = new DataView(new ArrayBuffer(56));
  end64.setUint32(0, 0x06064b50, true);
  end64.setBigUint64(32, 1n, true);
  end64.setBigUint64(48, BigInt(central), true);
  const locator = new DataView(new ArrayBuffer(20));
  locator.setUint32(0, 0x07064b50, true);
  locator.setBigUint64(8, BigInt(central + entry.length + 28), true);
  const last = plain.slice(end);
  new DataView(last.buffer).setUint16(10, 0xffff, true);
  new DataView(last.buffer).setUint32(16, 0xffffffff, true);
  const parts = [plain.slice(0, central), entry, extra.buffer, end64.buffer, locator.buffer, last];
  const bytes = Uint8Array.from(parts.flatMap((part) => [...new Uint8Array(part)]));
  const [only] = readZip(bytes);
  assert.deepEqual([only.name, only.size, text(only.read())], ["a.csv", size, "x\n1\n"]);
});

Deno.test("readZip() refuses encrypted, cut and broken content", () => {
  const zip = zipSync({ "a.csv": new TextEncoder().encode("x".repeat(500)) });
  const view = new DataView(zip.buffer, zip.byteOffset);
  const central = view.getUint32(zip.length - 22 + 16, true);
  const change = (at: number, value: number) => {
    const copy = zip.slice();
    new DataView(copy.buffer).setUint16(at, value, true);
    return copy;
  };
  assert.throws(() => readZip(change(central + 8, 1))[0].read(), /a\.csv is encrypted/);
  assert.throws(() => readZip(change(central + 10, 12))[0].read(), /method 12/);
  assert.throws(() => readZip(change(0, 0))[0].read(), /a\.csv is broken/);
  assert.throws(() => readZip(change(central, 0)), /directory is broken/);
  // A bomb's size, before any memory is taken for it (test 45 of the engine's list).
  const bomb = readZip(change(central + 26, 0x7000))[0];
  assert.throws(() => bomb.read(), /a\.csv claims to hold 1879048692 bytes, which is too much/);
  assert.throws(() => readZip(zip.subarray(0, zip.length - 30)), /no zip directory/);
  // A stored entry says nothing of its content but the checksum.
  const stored = zipSync({ "a.csv": [new TextEncoder().encode("1,2,3"), { level: 0 }] });
  stored[stored.indexOf(0x33)] = 0x34;
  assert.throws(() => readZip(stored)[0].read(), /a\.csv is broken: its checksum is wrong/);
});

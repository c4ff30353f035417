import assert from "node:assert/strict";
import { readers } from "../../../lib/signal/read/readers.ts";

Deno.test("every file in sources/ that defines a reader is in the list, under the word of its name", async () => {
  const folder = new URL("../../../lib/signal/read/sources/", import.meta.url);
  const found = new Map<string, unknown>();
  for (const { name } of Deno.readDirSync(folder)) {
    const module = await import(new URL(name, folder).href);
    if ("default" in module) found.set(name.replace(/\.ts$/, ""), module.default);
  }
  const listed = new Map(readers.map((reader) => [reader.source.replaceAll("-", "_"), reader]));
  assert.deepEqual([...listed.keys()].sort(), [...found.keys()].sort());
  for (const [name, reader] of listed) assert.equal(reader, found.get(name));
});

Deno.test("a reader's parameters are strict, and know their own word", () => {
  for (const { source, params } of readers) {
    const given = { source, path: "data", rate: 50, subjects: source === "simulate" ? 2 : undefined };
    const known = Object.fromEntries(
      Object.entries(given).filter(([key]) => Object.hasOwn(params.shape, key)),
    );
    assert.equal(params.parse(known).source, source);
    assert.equal(params.safeParse({ ...known, nonsense: 1 }).success, false, source);
    assert.equal(params.safeParse({ ...known, source: "other" }).success, false, source);
  }
});

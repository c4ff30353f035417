import assert from "node:assert/strict";
import { readFiles } from "./files.ts";
import {
  circleOf,
  circleOfRooms,
  crowdedFolders,
  room,
  roomsWithoutRow,
  scienceInVerbs,
  upwards,
} from "./rooms.ts";

const files = readFiles("lib");

Deno.test("every room has a row, and no folder holds more than thirty files", () => {
  assert.ok(files.length > 500);
  assert.deepEqual(roomsWithoutRow(files), []);
  assert.deepEqual(crowdedFolders(files), []);
});

Deno.test("no files import each other in a circle, type-only imports included", () => {
  assert.equal(circleOf(files), undefined);
});

Deno.test("every room imports only from the rooms below it", () => {
  assert.deepEqual(upwards(files), []);
});

Deno.test("the command line calls science only in the verbs that are about it", () => {
  assert.deepEqual(scienceInVerbs(files), []);
});

Deno.test("science folders do not import each other in a circle", () => {
  assert.equal(circleOfRooms(files), undefined);
});

Deno.test("the engine knows no step by name", async () => {
  const { registry } = await import("../../lib/steps/registry.ts");
  const names = registry.names.filter((name) => name.includes("-") || name.length > 8);
  const wrong = files.filter(({ path }) => room(path) === "engine")
    .flatMap(({ path, text }) =>
      names.filter((name) => text.includes(`"${name}"`)).map((name) => `${path}: ${name}`)
    );
  assert.deepEqual(wrong, []);
});

Deno.test("files stay small: median under 120 lines, none over 600", () => {
  const sizes = files.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }));
  sizes.sort((a, b) => a.lines - b.lines);
  assert.deepEqual(sizes.filter(({ lines }) => lines > 600), []);
  const median = sizes[sizes.length >> 1].lines;
  assert.ok(median < 120, `median ${median}`);
});

Deno.test("only the command line and its printers write to the console", () => {
  const wrong = files.filter(({ path, text }) =>
    room(path) !== "cli" && /\bconsole\.(log|error|warn)\(/.test(text)
  );
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test("randomness comes from lib/random.ts alone", () => {
  assert.deepEqual(files.filter(({ text }) => /Math\.random\(\)/.test(text)).map(({ path }) => path), []);
});

Deno.test("every step file defines the step it is named after", async () => {
  const { registry } = await import("../../lib/steps/registry.ts");
  for (const name of registry.names) {
    const definition = await registry.load(name);
    assert.equal(definition.type, name);
    assert.ok(registry.moduleOf(name)!.endsWith(`/${name.replaceAll("-", "_")}.ts`));
    assert.ok(definition.summary.length > 10);
  }
});

import assert from "node:assert/strict";
import {
  circleOf,
  circleOfRooms,
  crowdedFolders,
  roomsWithoutRow,
  scienceInVerbs,
  upwards,
} from "./rooms.ts";

/** Files by path with what they hold. */
const tree = (files: Record<string, string>) => Object.entries(files).map(([path, text]) => ({ path, text }));

Deno.test("circleOf() finds circles of files over several rooms, by types, lazily and through exports alone", () => {
  const back = {
    "a type": 'import type { A } from "../../fsq/a.ts";',
    "a lazy import": 'const { a } = await import("../../fsq/a.ts");',
    "an export": 'export { a } from "../../fsq/a.ts";',
    "several lines": 'import {\n  a,\n} from "../../fsq/a.ts";',
  };
  for (const [how, line] of Object.entries(back)) {
    const files = tree({
      "lib/fsq/a.ts": 'import { b } from "./b.ts";',
      "lib/fsq/b.ts": 'export * from "../model/train/c.ts";',
      "lib/model/train/c.ts": line,
    });
    const found = ["lib/fsq/a.ts", "lib/fsq/b.ts", "lib/model/train/c.ts", "lib/fsq/a.ts"];
    assert.deepEqual(circleOf(files), found, how);
  }
});

Deno.test("circleOf() takes a diamond, an example in a comment and a package for no circle", () => {
  assert.equal(
    circleOf(tree({
      "lib/fsq/a.ts": 'import { b } from "./b.ts"; import { c } from "./c.ts"; import { z } from "zod";',
      "lib/fsq/b.ts": 'import { d } from "./d.ts";',
      "lib/fsq/c.ts": 'import { d } from "./d.ts";',
      "lib/fsq/d.ts": '/**\n * import { a } from "./a.ts";\n */\nexport const d = 1;',
    })),
    undefined,
  );
});

Deno.test("circleOfRooms() lets types go back, and finds values that do", () => {
  const files = (back: string) =>
    tree({ "lib/fsq/a.ts": 'import { b } from "../cluster/b.ts";', "lib/cluster/b.ts": back });
  assert.equal(circleOfRooms(files('import type { A } from "../fsq/a.ts";')), undefined);
  assert.deepEqual(circleOfRooms(files('import { a } from "../fsq/a.ts";')), ["fsq", "cluster", "fsq"]);
});

Deno.test("crowdedFolders() finds a folder of more than thirty files, each folder by itself", () => {
  const folder = (path: string, n: number) =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`${path}/f${i}.ts`, ""]));
  assert.deepEqual(crowdedFolders(tree({ ...folder("lib/fsq", 30), ...folder("lib/fsq/deep", 30) })), []);
  assert.deepEqual(crowdedFolders(tree({ ...folder("lib/fsq", 30), ...folder("lib/fsq/deep", 31) })), [
    "lib/fsq/deep",
  ]);
});

Deno.test("roomsWithoutRow() finds a room that nobody put into the table, whatever its name", () => {
  assert.deepEqual(
    roomsWithoutRow(
      tree({ "lib/mod.ts": "", "lib/fsq/a.ts": "", "lib/attic/a.ts": "", "lib/constructor/a.ts": "" }),
    ),
    ["attic", "constructor"],
  );
});

Deno.test("upwards() finds imports of rooms above, types included", () => {
  assert.deepEqual(
    upwards(tree({
      "lib/fsq/a.ts": 'import type { Step } from "../workflow/step.ts";',
      "lib/engine/run/b.ts": 'const { x } = await import("../../steps/x.ts");',
      "lib/report/c.ts": 'import { mean } from "../metrics/summary.ts";',
      "lib/text/d.ts": 'import { Codes } from "../artifacts/codes.ts";',
    })),
    [
      "lib/fsq/a.ts imports lib/workflow/step.ts",
      "lib/engine/run/b.ts imports lib/steps/x.ts",
      "lib/text/d.ts imports lib/artifacts/codes.ts",
    ],
  );
});

Deno.test("scienceInVerbs() finds a verb that computes, and lets those about science do so", () => {
  const line = 'import { analyzeLevels } from "../../fsq/levels_analysis.ts";';
  assert.deepEqual(
    scienceInVerbs(tree({
      "lib/cli/verbs/presets.ts": line,
      "lib/cli/verbs/doctor.ts": line,
      "lib/schedule/a.ts": line,
    })),
    ["lib/cli/verbs/presets.ts imports lib/fsq/levels_analysis.ts"],
  );
});

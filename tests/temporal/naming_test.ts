import assert from "node:assert/strict";
import { formatNames, type NamesFile, parseNames } from "../../lib/temporal/names_file.ts";
import { applyNames, type Nameable, namesOf } from "../../lib/temporal/naming.ts";
import { makeWindows, runs } from "./fixtures.ts";

const windows = makeWindows([{ subject: "a", samples: 205 }, { subject: "b", samples: 205 }]);

function nameable(labels: string, extra: Partial<Nameable> = {}): Nameable {
  const numbers = runs(labels);
  const k = numbers.reduce((most, label) => Math.max(most, label), 0) + 1;
  const names = Array.from({ length: k }, (_, id) => `motif ${id}`);
  return { windows, labels: numbers, names, keys: names, kind: "motif", fit: "f1", ...extra };
}

const before = nameable("0x20,1x10,2x10,0x20,1x10,2x10");
const written: NamesFile = parseNames(
  formatNames(namesOf(before)).replace(
    "name: motif 0",
    "name: rest\n    color: '#4477aa'\n    note: lies still",
  )
    .replace("name: motif 1", "name: walk").replace("name: motif 2", "name: rear"),
);

Deno.test("a names file that is written is read back the same", () => {
  const file: NamesFile = {
    version: 1,
    fit: "1234567890",
    behaviours: {
      "motif 0": {
        name: 'a: b, "c"',
        color: "#aabbcc",
        note: "two\nlines",
        windows: 3,
        seen: { "r 1": [0, 1.5] },
      },
      yes: { name: "no" },
    },
  };
  assert.deepEqual(parseNames(formatNames(file)), file);
});

Deno.test("names, colors and notes go to the numbers of the fit they were written for", () => {
  const { names, colors, notes, warnings } = applyNames(written, before);
  assert.deepEqual(names, ["rest", "walk", "rear"]);
  assert.deepEqual(colors, ["#4477aa", null, null]);
  assert.deepEqual(notes, ["lies still", null, null]);
  assert.deepEqual(warnings, []);
});

Deno.test("names survive a refit that swaps the numbers, and say by how much it agrees", () => {
  const after = nameable("1x20,2x10,0x10,1x20,2x10,0x10", { fit: "f2" });
  const { names, matched, warnings } = applyNames(written, after);
  assert.deepEqual(names, ["rear", "rest", "walk"]);
  assert.deepEqual(matched.map(({ key, id, by, agreement }) => [key, id, by, agreement]), [
    ["motif 0", 1, "windows", 1],
    ["motif 1", 2, "windows", 1],
    ["motif 2", 0, "windows", 1],
  ]);
  assert.deepEqual(warnings, []);
});

Deno.test("a name is not given where a refit merged its behaviour into a larger one or split it", () => {
  const merged = applyNames(written, nameable("0x20,0x10,1x10,0x20,0x10,1x10", { fit: "f2" }));
  // 40 of the 60 windows of the new one were at rest, 20 walked.
  assert.deepEqual(merged.names, ["rest", "rear"]);
  assert.match(merged.warnings.join("\n"), /no behaviour is "walk" \(motif 1\).*shares 33 %/);
  const split = applyNames(written, nameable("0x10,3x10,1x10,2x10,0x10,3x10,1x10,2x10", { fit: "f2" }));
  assert.deepEqual(split.names, ["motif 0", "walk", "rear", "motif 3"]);
  assert.match(split.warnings.join("\n"), /no behaviour is "rest"/);
});

Deno.test("recordings that the file has never seen take no names from another fit", () => {
  const other = makeWindows([{ subject: "c", samples: 205 }, { subject: "d", samples: 205 }]);
  other.recordings.recordings.forEach((recording) => recording.id += "-new");
  const { names, warnings } = applyNames(written, { ...before, windows: other, fit: "f2" });
  assert.deepEqual(names, before.names);
  assert.equal(warnings.length, 3);
  assert.match(warnings[0], /none of the moments at which it was seen is in these recordings/);
  assert.deepEqual(applyNames(written, { ...before, windows: other }).names, ["rest", "walk", "rear"]);
});

Deno.test("names that labels gave are keys, in any order of numbers", () => {
  const file = parseNames(
    "version: 1\nbehaviours: { eat: Feeding, sleep: { name: Sleeping, color: '#112233' }, fly: F }",
  );
  const own = { ...before, names: ["sleep", "walk", "eat"], keys: ["sleep", "walk", "eat"], fit: null };
  const { names, colors, warnings } = applyNames(file, own);
  assert.deepEqual(names, ["Sleeping", "walk", "Feeding"]);
  assert.deepEqual(colors, ["#112233", null, null]);
  assert.deepEqual(warnings, ['Names: no behaviour is "F" (fly): there are "sleep", "walk", "eat"']);
});

Deno.test("a number alone names nothing, and the message says what to write", () => {
  const file = parseNames("version: 1\nbehaviours: { motif 0: rest }");
  assert.throws(() => applyNames(file, before), (error: any) => {
    assert.match(error.message, /does not say of which fit it is/);
    return /fit: "f1"/.test(error.hint);
  });
});

Deno.test("numbers of motifs do not name states", () => {
  const { names, warnings } = applyNames(parseNames('version: 1\nfit: "f1"\nbehaviours: { motif 0: rest }'), {
    ...before,
    names: ["state 0", "state 1", "state 2"],
    kind: "state",
  });
  assert.deepEqual(names, ["state 0", "state 1", "state 2"]);
  assert.equal(warnings.length, 1);
});

Deno.test("a wrong names file is told with all its problems", () => {
  const wrong = "version: 2\nbehaviours: { a: { name: '', color: red }, b: { nam: x } }";
  assert.throws(() => parseNames(wrong, "n.yaml"), (error: any) => {
    for (const part of [/version/, /behaviours\.a\.name/, /behaviours\.a\.color/, /behaviours\.b/]) {
      assert.match(error.message, part);
    }
    return true;
  });
  assert.throws(() => parseNames("version: 1\nbehaviours: { a: x, b: x }"), /"x" names two behaviours/);
  assert.throws(() => parseNames("version: 1\nbehaviours: {{"), /Cannot read names/);
});

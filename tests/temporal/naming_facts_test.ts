import assert from "node:assert/strict";
import { applyNames, type Nameable, namesOf, type Naming } from "../../lib/temporal/naming.ts";
import { makeWindows, runs } from "./fixtures.ts";

// A window begins at each third sample of 30 Hz: every tenth of a second.
const windows = makeWindows([{ subject: "a", samples: 130 }, { subject: "b", samples: 70 }], {
  hop: 3,
  rate: 30,
});
const [first, second] = [41, 21];

function nameable(labels: Int32Array, extra: Partial<Nameable> = {}): Nameable {
  const k = Math.max(...labels) + 1;
  const names = Array.from({ length: k }, (_, id) => `motif ${id}`);
  return { windows, labels, names, keys: names, kind: "motif", fit: "f1", ...extra };
}
const three = nameable(runs(`0x${first},1x10,-1,2x10`));

Deno.test("namesOf() writes where each behaviour was seen: at most 32 moments, evenly among its windows", () => {
  assert.equal(windows.start.length, first + second);
  const { version, fit, behaviours } = namesOf({
    ...three,
    names: ["rest", "walk", "run", "fly"],
    keys: ["a", "b", "c", "d"],
  });
  assert.deepEqual([version, fit, Object.keys(behaviours)], [1, "f1", ["a", "b", "c", "d"]]);
  const moments = Array.from({ length: 32 }, (_, i) => Math.floor((i + 0.5) * first / 32) / 10);
  assert.deepEqual(behaviours.a, { name: "rest", windows: first, seen: { r0: moments } });
  assert.deepEqual(behaviours.b, {
    ...{ name: "walk", windows: 10, seen: { r1: Array.from({ length: 10 }, (_, i) => i / 10) } },
  });
  const once = namesOf(nameable(runs(`0x${first},1`)));
  assert.deepEqual(once.behaviours["motif 1"], { name: "motif 1", windows: 1, seen: { r1: [0] } });
  // Never seen: its name alone.
  assert.deepEqual(behaviours.d, { name: "fly" });
  assert.ok(!("fit" in namesOf({ ...three, fit: null })));
  // Seconds have three digits.
  const odd = makeWindows([{ subject: "a", samples: 12 }], { hop: 1, rate: 30 });
  const seen = namesOf(nameable(runs("0x3"), { windows: odd })).behaviours["motif 0"].seen;
  assert.deepEqual(seen, { r0: [0, 0.033, 0.067] });
});

Deno.test("namesOf() keeps the colors and notes that a file gave", () => {
  const naming: Naming = {
    names: ["rest", "walk", "run"],
    colors: ["#112233", null, null],
    notes: [null, "fast", null],
    matched: [],
    warnings: [],
  };
  const { behaviours } = namesOf({ ...three, names: naming.names }, naming);
  const [rest, walk, run] = Object.values(behaviours).map(({ windows: _, seen: __, ...entry }) => entry);
  assert.deepEqual([rest, walk, run], [{ name: "rest", color: "#112233" }, { name: "walk", note: "fast" }, {
    name: "run",
  }]);
});

Deno.test("applyNames() goes by names that labels gave, and by keys of behaviours that were renamed", () => {
  const own = { ...three, names: ["A", "B", "C"], keys: ["a", "b", "c"], fit: null };
  const file = {
    version: 1 as const,
    behaviours: { b: { name: "bite" }, A: { name: "attack" }, x: { name: "X" } },
  };
  const { names, matched, warnings } = applyNames(file, own);
  assert.deepEqual(names, ["attack", "bite", "C"]);
  assert.deepEqual(matched, [
    { key: "b", id: 1, by: "name", agreement: null },
    { key: "A", id: 0, by: "name", agreement: null },
    { key: "x", id: null, by: null, agreement: null },
  ]);
  assert.deepEqual(warnings, ['Names: no behaviour is "X" (x): there are "A", "B", "C"']);
  const twice = applyNames({ version: 1, behaviours: { a: { name: "B" } } }, own);
  assert.deepEqual(twice.warnings, [
    'Names: "B" is the name of two behaviours; name the other one in the file too',
  ]);
});

Deno.test("applyNames() takes numbers of the same fit as far as there are behaviours", () => {
  const entry = (name: string) => ({ name });
  const file = {
    version: 1 as const,
    fit: "f1",
    behaviours: { "motif 2": entry("run"), "motif 3": entry("fly") },
  };
  const { names, matched } = applyNames(file, three);
  assert.deepEqual(names, ["motif 0", "motif 1", "run"]);
  assert.deepEqual(matched.map(({ id, by }) => [id, by]), [[2, "fit"], [null, null]]);
  const other = applyNames({ ...file, fit: "f2" }, {
    ...three,
    names: ["a", "b", "c"],
    keys: ["a", "b", "c"],
  });
  assert.deepEqual(other.matched.map(({ id, by }) => [id, by]), [[null, null], [null, null]]);
});

Deno.test("applyNames() finds each window again by its moment, and a behaviour by what it shares with the file", () => {
  const seenAt = (recording: string, seconds: number[], windows?: number) => ({
    ...{ name: "new", seen: { [recording]: seconds } },
    ...(windows === undefined ? {} : { windows }),
  });
  const match = (...entries: ReturnType<typeof seenAt>[]) =>
    applyNames({
      ...{ version: 1, fit: "old" },
      behaviours: Object.fromEntries(
        entries.map((entry, i) => [`motif ${i}`, { ...entry, name: `new ${i}` }]),
      ),
    }, three).matched.map(({ id, by, agreement }) => [id, by, agreement]);
  for (let i = 0; i < second; i++) {
    const found = match(seenAt("r1", [i / 10]));
    const expected = i === 10 ? [null, null, 0] : [i < 10 ? 1 : 2, "windows", 1];
    assert.deepEqual(found, [expected], `${i}`);
  }
  // Half in one and half in the other is more than half of neither.
  assert.deepEqual(match(seenAt("r1", [0.9, 1.1])), [[null, null, 0.5]]);
  // Two of three moments in the second behaviour: 4 of 6 windows, beside nobody's others.
  assert.deepEqual(match(seenAt("r1", [0.1, 0.2, 1.5], 6)), [[1, "windows", 2 / 3]]);
  // Two entries that lie in one behaviour share it: half of it each.
  assert.deepEqual(match(seenAt("r1", [0.1]), seenAt("r1", [0.3])), [[null, null, 0.5], [null, null, 0.5]]);
  assert.deepEqual(match(seenAt("r1", [0.1], 3), seenAt("r1", [0.3])), [[1, "windows", 0.75], [
    null,
    null,
    0.25,
  ]]);
  assert.deepEqual(match(seenAt("r9", [0.1])), [[null, null, null]]);
  // Thirtieths of a second, rounded to milliseconds in the file.
  const odd = makeWindows([{ subject: "a", samples: 110 }], { hop: 1, rate: 30 });
  for (let i = 0; i < 101; i++) {
    const labels = new Int32Array(101).fill(1);
    labels[i] = 0;
    const file = {
      version: 1 as const,
      fit: "old",
      behaviours: { "motif 0": seenAt("r0", [+(i / 30).toFixed(3)]) },
    };
    assert.equal(applyNames(file, nameable(labels, { windows: odd })).matched[0].id, 0, `${i}`);
  }
});

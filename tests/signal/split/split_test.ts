import assert from "node:assert/strict";
import fc from "fast-check";
import { Part } from "../../../lib/artifacts/split.ts";
import type { Windows } from "../../../lib/artifacts/windows.ts";
import { Random } from "../../../lib/random.ts";
import { splitByGroup, splitListed, splitOfficial } from "../../../lib/signal/split/split_by_group.ts";
import { chooseGroups } from "../../../lib/signal/split/split_groups.ts";
import { splitByTime, splitRandomWindows } from "../../../lib/signal/split/split_time.ts";
import { simulateRecordings } from "../../../lib/signal/simulate/simulate.ts";
import { cutWindows } from "../../../lib/signal/window/windows.ts";
import { makeRecordings } from "../make_recordings.ts";

/** One recording per entry: subject, label of all its samples, samples. */
function windowsOf(entries: [subject: string, label: number, samples: number][]): Windows {
  const set = makeRecordings(
    entries.map(([subject, label, samples]) => ({ subject, labels: new Int32Array(samples).fill(label) })),
  );
  return cutWindows(set, { length: 10, hop: 5, within: "recording" });
}

const count = (part: Uint8Array, p: number) => part.reduce((n, x) => n + (x === p ? 1 : 0), 0);
const subjectsOf = (w: Windows, part: Uint8Array, p: number) =>
  new Set(
    [...w.recording].filter((_, i) => part[i] === p).map((r) => w.recordings.recordings[r].subject),
  );

const entries = fc.array(
  fc.tuple(fc.constantFrom(..."abcdefgh"), fc.integer({ min: -1, max: 2 }), fc.integer({ min: 10, max: 60 })),
  { minLength: 6, maxLength: 30 },
);

Deno.test("splitByGroup() shares no subject between parts, and its folds test every subject once", () => {
  fc.assert(fc.property(entries, fc.integer({ min: 2, max: 4 }), fc.nat(), (list, folds, seed) => {
    const windows = windowsOf(list);
    const subjects = new Set(list.map(([s]) => s));
    fc.pre(subjects.size >= folds + 2);
    const tested: string[] = [];
    for (let fold = 0; fold < folds; fold++) {
      const split = splitByGroup(windows, { folds, fold, test: 0, validation: 0.2 }, new Random(seed));
      const [train, validation, test] = [Part.train, Part.validation, Part.test]
        .map((p) => subjectsOf(windows, split.part, p));
      assert.equal(train.size + validation.size + test.size, subjects.size);
      assert(validation.size >= 1 && train.size >= 1);
      assert.deepEqual([...test].sort(), split.groups.test);
      assert.deepEqual([...train].sort(), split.groups.train);
      assert(Math.abs(test.size - subjects.size / folds) < 1);
      tested.push(...test);
    }
    assert.deepEqual(tested.sort(), [...subjects].sort());
  }));
});

Deno.test("splitByGroup() deals rare classes to different folds", () => {
  // Eight subjects, two of whom alone ran.
  const list = [..."abcdefgh"].flatMap((s): [string, number, number][] => [[s, 0, 100], [s, 1, 100]]);
  const windows = windowsOf([...list, ["c", 2, 60], ["f", 2, 60]]);
  for (let seed = 0; seed < 20; seed++) {
    for (let fold = 0; fold < 2; fold++) {
      const { part } = splitByGroup(windows, { folds: 2, fold, test: 0, validation: 0 }, new Random(seed));
      const classes = (p: number) => new Set([...windows.labels].filter((_, i) => part[i] === p));
      assert.equal(classes(Part.test).size, 3);
      assert.equal(classes(Part.train).size, 3);
    }
  }
});

Deno.test("chooseGroups() takes a class's only group last, however well it fits", () => {
  const group = (name: string, ...counts: number[]) => ({ name, counts: Float64Array.from(counts) });
  // Group "a" has a quarter of each of six classes, and all of the seventh.
  const groups = [
    group("a", 10, 10, 10, 10, 10, 10, 4),
    group("b", 30, 30, 0, 0, 0, 0, 0),
    group("c", 0, 0, 30, 30, 0, 0, 0),
    group("d", 0, 0, 0, 0, 30, 30, 0),
  ];
  for (let seed = 0; seed < 5; seed++) {
    assert.ok(!chooseGroups(groups, 1, new Random(seed)).includes(0));
    assert.deepEqual(chooseGroups(groups, 4, new Random(seed)), [0, 1, 2, 3]);
  }
});

Deno.test("splitByGroup() without folds keeps a share for test, or none for a final model", () => {
  const windows = windowsOf([..."abcdefgh"].map((s) => [s, 0, 100]));
  const options = { folds: "none" as const, fold: 0, validation: 0.25 };
  const quarter = splitByGroup(windows, { ...options, test: 0.25 }, new Random(1));
  assert.deepEqual([2, 2, 4], [
    quarter.groups.test.length,
    quarter.groups.validation.length,
    quarter.groups.train.length,
  ]);
  const final = splitByGroup(windows, { ...options, test: 0 }, new Random(1));
  assert.equal(count(final.part, Part.test), 0);
  assert.equal(final.groups.train.length, 6);
});

Deno.test("splitByGroup() refuses more folds than subjects and parts that leave nobody to train on", () => {
  const windows = windowsOf([["a", 0, 50], ["b", 1, 50]]);
  const options = { folds: 3, fold: 0, test: 0, validation: 0 };
  assert.throws(() => splitByGroup(windows, options, new Random(1)), {
    name: "InputError",
    message: /into 3 folds: the recordings have 2 subjects\n\s+Use folds: 2/,
  });
  assert.throws(() => splitByGroup(windows, { ...options, folds: 2, validation: 0.5 }, new Random(1)), {
    name: "InputError",
    message: /1 remaining subjects leaves none/,
  });
});

Deno.test("splitByGroup() by recording keeps recordings whole and says that subjects are shared", () => {
  const windows = windowsOf([..."aabbcc"].map((s) => [s, 0, 60]));
  const tested = [0, 1, 2].flatMap((fold) => {
    const split = splitByGroup(
      windows,
      { folds: 3, fold, test: 0, validation: 0.25 },
      new Random(4),
      "recording",
    );
    assert.equal(split.sharesSubjects, true);
    assert.deepEqual([split.groups.test.length, split.groups.validation.length], [2, 1]);
    for (let r = 0; r < 6; r++) {
      assert.equal(new Set(split.part.filter((_, i) => windows.recording[i] === r)).size, 1);
    }
    return split.groups.test;
  });
  assert.deepEqual(tested.sort(), ["r0", "r1", "r2", "r3", "r4", "r5"]);
});

Deno.test("splitListed() takes the lists, or chooses validation, and refuses strangers and doubles", () => {
  const windows = windowsOf([..."abcdef"].map((s) => [s, 0, 50]));
  const rng = new Random(1);
  assert.deepEqual(splitListed(windows, ["b", "e"], ["a"], rng).groups, {
    train: ["c", "d", "f"],
    validation: ["a"],
    test: ["b", "e"],
  });
  assert.equal(splitListed(windows, ["b", "e"], 0.25, rng).groups.validation.length, 1);
  assert.throws(() => splitListed(windows, ["z"], 0, rng), { name: "InputError", message: /no subject "z"/ });
  assert.throws(() => splitListed(windows, ["a"], ["a"], rng), /"a" is listed for test and for validation/);
  assert.throws(() => splitListed(windows, [..."abcdef"], [], rng), /no subject is left for training/);
});

Deno.test("splitOfficial() takes the marks of the recordings and validation subjects out of training", () => {
  const windows = windowsOf([..."abcdef"].map((s) => [s, 0, 50]));
  windows.recordings.recordings.forEach((r, i) => r.part = i < 4 ? "train" : "test");
  const split = splitOfficial(windows, 0.25, new Random(2));
  assert.deepEqual(split.groups.test, ["e", "f"]);
  assert.equal(split.groups.validation.length, 1);
  assert.equal(split.groups.train.length, 3);
  windows.recordings.recordings[1].subject = "f";
  assert.throws(() => splitOfficial(windows, 0.25, new Random(2)), /subject f has recordings in both parts/);
  delete windows.recordings.recordings[0].part;
  assert.throws(() => splitOfficial(windows, 0.25, new Random(2)), /recording r0 has no official part/);
});

Deno.test("splitByTime() purges windows that see the other side of a border in their context", () => {
  const recordings = makeRecordings([{ labels: new Int32Array(400) }]);
  const options = { folds: 4, fold: 1, embargo: 0, validation: 0 };
  const parts = (context: number) => [
    ...splitByTime(cutWindows(recordings, { length: 20, hop: 20, within: "recording", context }), options)
      .part,
  ];
  const [train, test] = [Part.train, Part.test];
  assert.deepEqual(parts(0), [
    ...Array(5).fill(train),
    ...Array(5).fill(test),
    ...Array(10).fill(train),
  ]);
  // Ten samples of context reach over the border from the windows on either side of it.
  assert.deepEqual(parts(10), [
    ...Array(4).fill(train),
    Part.unused,
    Part.unused,
    ...Array(3).fill(test),
    Part.unused,
    Part.unused,
    ...Array(9).fill(train),
  ]);
});

Deno.test("splitByTime() agrees with the vector of 1000 samples, windows of 100 and five blocks", () => {
  const windows = cutWindows(makeRecordings([{ labels: new Int32Array(1000) }]), {
    length: 100,
    hop: 50,
    within: "recording",
  });
  assert.equal(windows.start.length, 19);
  const train = [0, 50, 100].map((embargo) =>
    [0, 1, 2, 3, 4].map((fold) => {
      const { part } = splitByTime(windows, { folds: 5, fold, embargo, validation: 0 });
      assert.equal(count(part, Part.test), 3);
      return count(part, Part.train);
    })
  );
  assert.deepEqual(train, [[15, 14, 14, 14, 15], [14, 13, 13, 13, 15], [13, 12, 12, 12, 15]]);
});

Deno.test("splitByTime() advises the fewest changes that leave windows of both parts, and only those that do", () => {
  const options = { folds: 5, fold: 4, embargo: 10, validation: 0.2 };
  const advice = (samples: number, given = options) => {
    const windows = windowsOf([["a", 0, samples], ["a", 1, samples]]);
    try {
      splitByTime(windows, given);
      return "split";
    } catch (error) {
      const hint = (error as Error & { hint: string }).hint;
      const change = Object.fromEntries(
        [...hint.matchAll(/(\w+): ([\d.]+)/g)].map(([, key, n]) => [key, Number(n)]),
      );
      if (/both parts have some/.test(hint)) {
        assert.ok(splitByTime(windows, { ...given, ...change }).part.length > 0);
      }
      return hint;
    }
  };
  assert.equal(advice(100), "split");
  assert.equal(advice(30), "With folds: 2, fold: 1 both parts have some.");
  assert.equal(advice(20), "With folds: 2, fold: 1, validation: 0 both parts have some.");
  assert.equal(
    advice(20, { ...options, fold: 0 }),
    "With folds: 2, fold: 0, validation: 0, embargo: 0 both parts have some.",
  );
  assert.equal(
    advice(15),
    "The longest recording has 15 samples: cut shorter windows, or record for longer.",
  );
});

Deno.test("splitByTime() lets no two parts share samples, and training none within the embargo", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 200, max: 900 }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 5, max: 30 }),
      fc.integer({ min: 2, max: 5 }),
      fc.nat(4),
      fc.nat(40),
      fc.constantFrom(0, 0.1, 0.3),
      (sizes, length, folds, fold, embargo, validation) => {
        fold %= folds;
        const windows = cutWindows(makeRecordings(sizes.map((n) => ({ labels: new Int32Array(n) }))), {
          length,
          hop: 4,
          within: "recording",
        });
        let part: Uint8Array;
        try {
          part = splitByTime(windows, { folds, fold, embargo, validation }).part;
        } catch (error) {
          assert.equal((error as Error).name, "InputError");
          return;
        }
        for (let r = 0; r < sizes.length; r++) {
          const use = new Uint8Array(sizes[r] + 100);
          windows.start.forEach((s, i) => {
            if (windows.recording[i] !== r || part[i] === Part.unused) return;
            for (let t = s; t < s + length; t++) {
              assert(use[t] === 0 || use[t] === part[i]);
              use[t] = part[i];
            }
          });
          for (let t = 0; t < sizes[r]; t++) {
            const next = use[t + 1];
            if ((use[t] === Part.test || use[t] === Part.validation) && next !== use[t]) {
              for (let e = 1; e <= embargo; e++) assert.notEqual(use[t + e], Part.train);
            }
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("splitRandomWindows() says that it leaks and tests every window once over the folds", () => {
  const windows = windowsOf([["a", 0, 300], ["b", 1, 300]]);
  const times = new Uint8Array(windows.start.length);
  for (let fold = 0; fold < 4; fold++) {
    const split = splitRandomWindows(windows, { folds: 4, fold, validation: 0.1 }, new Random(3));
    assert.equal(split.leaks, true);
    split.part.forEach((p, i) => times[i] += p === Part.test ? 1 : 0);
  }
  assert(times.every((n) => n === 1));
});

Deno.test("splitByGroup() asks first who is who where all recordings count as one subject", () => {
  const recordings = simulateRecordings({ subjects: 2, minutes: 1, seed: 3 });
  for (const r of recordings.recordings) r.subject = "subject";
  const windows = cutWindows(recordings, { length: 100, hop: 50, within: "recording", context: 0 });
  const split = () => splitByGroup(windows, { folds: 2, fold: 0, test: 0, validation: 0 }, new Random(1));
  assert.throws(
    split,
    (e: { hint?: string } & Error) => /^Name who is who in load: subject:/.test(e.hint ?? e.message),
  );
});

import assert from "node:assert/strict";
import type { Recordings } from "../../../lib/artifacts/recordings.ts";
import { epochsOf, keptOf, levelsOf, poolsOf } from "../../../lib/steps/shared/suited_defaults.ts";

Deno.test("one or two people choose no epoch, three do, and whoever is in all parts", () => {
  const recordings = { recordings: ["a", "b", "c", "c"].map((subject) => ({ subject })) } as Recordings;
  const recording = Int32Array.of(0, 0, 1, 2, 3);
  const kept = (sharesSubjects: boolean, ...rows: number[]) =>
    keptOf({ sharesSubjects }, { recording, recordings }, Int32Array.from(rows));
  assert.equal(kept(false), "last");
  assert.equal(kept(false, 0, 1, 2), "last");
  assert.equal(kept(false, 2, 3, 4), "last");
  assert.equal(kept(false, 1, 2, 3), "best");
  assert.equal(kept(true, 0), "best");
});

Deno.test("levels that were asked for are taken, none among them, and others are said", () => {
  const told: string[] = [];
  const of = (asked: number[] | null | undefined, classes: number) =>
    levelsOf(asked, classes, (text) => told.push(text));
  assert.deepEqual(of([8, 6, 5], 15), [8, 6, 5]);
  assert.equal(of(null, 15), null);
  assert.deepEqual(told, []);
  assert.deepEqual(of(undefined, 15), [5, 5, 5, 5, 5, 5]);
  assert.deepEqual(told, ["Levels [5, 5, 5, 5, 5, 5], which suit 15 classes"]);
});

Deno.test("maxima over time are four, two and one wide, and leave four steps at least", () => {
  assert.deepEqual(poolsOf(undefined, 3, 100), [4, 2, 1]);
  assert.deepEqual(poolsOf(undefined, 4, 128), [4, 2, 2, 1]);
  assert.deepEqual(poolsOf(undefined, 1, 100), [1]);
  assert.deepEqual(poolsOf(undefined, 3, 31), [4, 1, 1]);
  assert.deepEqual(poolsOf(undefined, 3, 15), [2, 1, 1]);
  assert.deepEqual(poolsOf(undefined, 3, 7), [1, 1, 1]);
  assert.deepEqual(poolsOf([1, 1], 2, 7), [1, 1]);
});

Deno.test("epochs are as many as make a thousand steps of a small set, and those that were asked for", () => {
  assert.equal(epochsOf(undefined, 20_000, 64), 25);
  assert.equal(epochsOf(undefined, 64 * 40, 64), 25);
  assert.equal(epochsOf(undefined, 400, 64), 143);
  assert.equal(epochsOf(undefined, 5, 64), 250);
  assert.equal(epochsOf(3, 400, 64), 3);
});

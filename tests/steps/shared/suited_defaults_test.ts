import assert from "node:assert/strict";
import { keptOf, levelsOf, poolsOf } from "../../../lib/steps/shared/suited_defaults.ts";

const groups = (...validation: string[]) => ({ train: ["a", "b"], validation, test: ["c"] });

Deno.test("one or two people choose no epoch, three do, and whoever is in all parts", () => {
  const kept = (sharesSubjects: boolean, ...people: string[]) =>
    keptOf({ groups: groups(...people), sharesSubjects });
  assert.equal(kept(false), "last");
  assert.equal(kept(false, "d", "e"), "last");
  assert.equal(kept(false, "d", "e", "f"), "best");
  assert.equal(kept(true, "block 1"), "best");
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

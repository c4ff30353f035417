import assert from "node:assert/strict";
import { worstOf } from "../../lib/metrics/worst.ts";

Deno.test("worstOf() takes the windows of all folds of a class or person together, the first of equals", () => {
  const row = (name: string, [recall, support, predicted]: number[]) => ({
    class: name,
    f1: 0,
    recall,
    support,
    predicted,
  });
  // "a" has 2 + 3 right of 4 + 4 true and 3 + 5 predicted, "b" 1 right of 1 true and 3 predicted in a fold of two.
  const per_class = [
    row("a", [0.5, 4, 3]),
    row("b", [1, 1, 2]),
    row("a", [0.75, 4, 5]),
    row("b", [0, 0, 7]),
    row("b", [0, 1, 1]),
  ];
  const found = worstOf({ per_class }).class!;
  assert.deepEqual([found.name, found.n], ["b", 2]);
  assert.ok(Math.abs(found.value - 2 * 1 / (2 + 3)) < 1e-12);
  const person = (subject: string, accuracy: number | null, windows: number) => ({
    subject,
    accuracy,
    windows,
  });
  const worst = (...per_subject: ReturnType<typeof person>[]) => worstOf({ per_subject }).subject;
  assert.deepEqual(worst(person("s", 0.5, 3), person("t", 0.5, 1)), { name: "s", value: 0.5, n: 3 });
  // A person of one window is judged, one without windows or without a number is not.
  assert.deepEqual(worst(person("s", 0.5, 3), person("t", 0, 1)), { name: "t", value: 0, n: 1 });
  assert.deepEqual(worst(person("s", 0.5, 3), person("t", 0.7, 2), person("u", 0, 0)), {
    name: "s",
    value: 0.5,
    n: 3,
  });
  assert.equal(worst(person("s", 0.5, 3), person("u", NaN, 2)), undefined);
  assert.deepEqual(worstOf({}), { class: undefined, subject: undefined });
});

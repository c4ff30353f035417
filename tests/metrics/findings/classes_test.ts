import assert from "node:assert/strict";
import type { Metrics } from "../../../lib/artifacts/metrics.ts";
import { dominantConfusion, neverPredicted, noBetter } from "../../../lib/metrics/findings/classes.ts";
import type { Facts } from "../../../lib/metrics/findings/rule.ts";

/** Facts of 200 judged windows. */
const facts = (more: Partial<Facts>) =>
  ({ tables: {}, noBetter: [], n: () => 200, ...more }) as unknown as Facts;

Deno.test("classes that are never named are told with their windows, where there are some and the model was taught them", () => {
  const row = (name: string, support: number, predicted: number) => ({ class: name, support, predicted });
  const of = (per_class: object[], more: Metrics["tables"] = {}) =>
    neverPredicted.evidence(facts({ tables: { per_class, ...more } as Metrics["tables"] }));
  const rows = [row("sit", 90, 80), row("walk", 7, 0), row("jump", 0, 0), row("run", 1, 0), row("fly", 3, 1)];
  assert.equal(of(rows), '"walk" (7 windows), "run" (1 windows) of 200 judged windows');
  assert.equal(of(rows, { unknown_classes: [{ class: "walk" }] }), '"run" (1 windows) of 200 judged windows');
  assert.equal(of([row("sit", 90, 1), row("jump", 0, 0)]), undefined);
  assert.equal(neverPredicted.evidence(facts({})), undefined);
});

Deno.test("a confusion dominates from ten windows on, by half of its class or, among three, half of the errors", () => {
  const of = (counts: number[][], untaught: string[] = []) =>
    dominantConfusion.evidence(facts({
      confusion: { labels: ["a", "b", "c"].slice(0, counts.length), counts },
      ...(untaught.length === 0
        ? {}
        : { tables: { unknown_classes: untaught.map((name) => ({ class: name })) } }),
    }));
  // Ten of nineteen are more than half of the class; of the 24 errors they are less than half.
  const few = [[9, 10, 0], [5, 90, 4], [5, 0, 90]];
  assert.equal(of(few), '"a" is taken for "b" in 10 of its 19 windows, 41.7 % of all 24 errors');
  assert.equal(of([[10, 10, 0], [5, 90, 4], [5, 0, 90]]), undefined);
  assert.equal(of([[8, 9, 0], [5, 90, 4], [5, 0, 90]]), undefined);
  // More than half of all errors, though a small part of the class.
  assert.equal(
    of([[90, 11, 0], [5, 90, 5], [0, 0, 90]]),
    '"a" is taken for "b" in 11 of its 101 windows, 52.4 % of all 21 errors',
  );
  assert.equal(of([[90, 11, 0], [6, 90, 5], [0, 0, 90]]), undefined);
  // Of two classes one direction always has half of the errors.
  assert.equal(of([[90, 30], [2, 90]]), undefined);
  assert.equal(
    of([[20, 30], [2, 90]]),
    '"a" is taken for "b" in 30 of its 50 windows, 93.8 % of all 32 errors',
  );
  // The largest first.
  const two = [[10, 20, 10], [0, 50, 0], [40, 0, 10]];
  assert.equal(
    of(two),
    '"c" is taken for "a" in 40 of its 50 windows, 57.1 % of all 70 errors',
  );
  assert.match(of([[5, 20, 0], [0, 9, 12], [40, 0, 10]])!, /^"c" is taken .*; "a" is taken .*; "b" is taken/);
  // What the model was not taught is no confusion of its own.
  assert.equal(of(few, ["a"]), undefined);
  assert.equal(of([[9, 9], [9, 9]], ["a", "b"]), undefined);
  assert.equal(dominantConfusion.evidence(facts({})), undefined);
});

Deno.test("three confusions are told at most", () => {
  const labels = ["a", "b", "c", "d"];
  const counts = labels.map((_, i) => labels.map((_, j) => j === (i + 1) % 4 ? 20 + i : 1));
  const told = dominantConfusion.evidence(facts({ confusion: { labels, counts } }))!.split("; ");
  assert.deepEqual(told.map((text) => text.slice(0, 22)), [
    '"d" is taken for "a" i',
    '"c" is taken for "d" i',
    '"b" is taken for "c" i',
  ]);
});

Deno.test("scores that are not above their baseline are told with it", () => {
  const scores = [{ title: "Accuracy", value: 0.5, baseline: 0.52 }, {
    title: "Macro F1",
    value: 0.3,
    baseline: 0.4,
  }];
  const told = noBetter.evidence(facts({ noBetter: scores as unknown as Facts["noBetter"] }));
  assert.equal(told, "Accuracy 0.5, baseline 0.52; Macro F1 0.3, baseline 0.4 over 200 windows");
  assert.equal(noBetter.evidence(facts({})), undefined);
});

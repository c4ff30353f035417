import assert from "node:assert/strict";
import { describeBehaviours, NAME_PURITY } from "../../lib/temporal/describe.ts";
import { stretchesOf } from "../../lib/temporal/stretches.ts";
import { makeWindows } from "./fixtures.ts";

Deno.test("a behaviour is called by a label that two thirds of its windows carry; below, it keeps its number", () => {
  // Three windows of behaviour 0, two of them "walk"; five of behaviour 1, three of them "sit".
  const windows = makeWindows([{ subject: "a", samples: 8 }], {
    length: 1,
    hop: 1,
    labelNames: ["walk", "sit"],
  });
  const truth = Int32Array.of(0, 0, 1, 1, 1, 1, 0, 0);
  const labels = Int32Array.of(0, 0, 0, 1, 1, 1, 1, 1);
  const { names, dictionary } = describeBehaviours(windows, labels, 2, stretchesOf(windows), { truth });
  assert.equal(NAME_PURITY, 2 / 3);
  assert.deepEqual(names, ["walk", "motif 1"]);
  assert.deepEqual(dictionary, [
    { id: 0, name: "walk", label: "walk", purity: 2 / 3, windows: 3 },
    { id: 1, name: "motif 1", label: "sit", purity: 3 / 5, windows: 5 },
  ]);
});

import assert from "node:assert/strict";
import { twoStages } from "../../../lib/model/train/stages.ts";

Deno.test("what the first of two trainings saved stays while the second saves, and both are found again", () => {
  let saved: Uint8Array | undefined;
  const store = { load: () => saved, save: (state: Uint8Array) => void (saved = state) };
  const [first, second] = twoStages(store);
  assert.deepEqual([first.load(), second.load()], [undefined, undefined]);
  first.save(Uint8Array.of(1, 2, 3));
  assert.deepEqual(twoStages(store).map((own) => own.load()), [Uint8Array.of(1, 2, 3), undefined]);
  second.save(Uint8Array.of(9));
  second.save(Uint8Array.of(8, 7));
  assert.deepEqual(twoStages(store).map((own) => own.load()), [Uint8Array.of(1, 2, 3), Uint8Array.of(8, 7)]);
});

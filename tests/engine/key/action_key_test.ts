import assert from "node:assert/strict";
import { actionKey, type Ingredients } from "../../../lib/engine/key/action_key.ts";

const golden: { name: string; ingredients: Ingredients; key: string }[] = JSON.parse(
  Deno.readTextFileSync(new URL("./golden_keys.json", import.meta.url)),
);

Deno.test("actionKey() gives the keys of the golden file, so that no upgrade changes them unseen", () => {
  for (const { name, ingredients, key } of golden) assert.equal(actionKey(ingredients), key, name);
});

Deno.test("actionKey() depends on every ingredient", () => {
  const base = golden[0].ingredients;
  const changed: Partial<Ingredients>[] = [
    { schema: 1 },
    { uses: "other" },
    { code: "1".repeat(64) },
    { params: { k: 8 } },
    { seed: 8 },
    { env: { HOME: null } },
    { inputs: {} },
    { inputs: { latents: { type: "Codes", id: "a".repeat(64) } } },
    { files: { data: { "a.csv": "0" } } },
    { outputs: { motifs: "Codes" } },
    { runtime: { ...base.runtime, deno: "2.9.7" } },
    { environment: { sdk: "3.33.0" } },
  ];
  const keys = changed.map((change) => actionKey({ ...base, ...change }));
  assert.equal(new Set([golden[0].key, ...keys]).size, changed.length + 1);
});

Deno.test("actionKey() depends on the order of maps in parameters and of axes in cells, at any depth", () => {
  const base = golden[0].ingredients;
  const gathered = (cell: Record<string, number>) => ({
    metrics: [{ type: "Metrics", id: "a".repeat(64), step: "metrics", cell }],
  });
  const pairs: [Partial<Ingredients>, Partial<Ingredients>][] = [
    [{ params: { s: { a: 1, b: 2 } } }, { params: { s: { b: 2, a: 1 } } }],
    [{ params: { s: [[{ a: 1, b: 2 }]] } }, { params: { s: [[{ b: 2, a: 1 }]] } }],
    [{ inputs: gathered({ fold: 0, k: 1 }) }, { inputs: gathered({ k: 1, fold: 0 }) }],
  ];
  for (const [one, other] of pairs) {
    assert.notEqual(actionKey({ ...base, ...one }), actionKey({ ...base, ...other }));
  }
  // A map is no text that looks like one.
  assert.notEqual(
    actionKey({ ...base, params: { a: 1 } }),
    actionKey({ ...base, params: JSON.stringify({ a: 1 }) }),
  );
});

Deno.test("actionKey() does not depend on the order of its own fields", () => {
  const { ingredients, key } = golden[0];
  assert.equal(
    actionKey(Object.fromEntries(Object.entries(ingredients).reverse()) as unknown as Ingredients),
    key,
  );
});

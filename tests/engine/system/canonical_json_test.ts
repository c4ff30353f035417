import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson, sameJson, sha256 } from "../../../lib/engine/system/canonical_json.ts";

const hash = (value: unknown) => sha256(canonicalJson(value));

Deno.test("canonicalJson() keeps apart what must differ (test 23)", () => {
  const groups: unknown[][] = [
    [["ab", "c"], ["a", "bc"], ["abc"], "abc", ["ab,c"]],
    [1, "1", true, "true", null, "null", [1], { 1: 1 }],
    [{}, { a: null }, { a: {} }, { a: [] }, []],
    ["\u00e9", "e\u0301"],
    [{ a: 1, b: 2 }, { a: 2, b: 1 }, { "a,b": 1 }, { a: { b: 1 } }],
  ];
  for (const group of groups) {
    assert.equal(new Set(group.map(hash)).size, group.length, JSON.stringify(group));
  }
});

Deno.test("canonicalJson() gives one text for one value", () => {
  assert.equal(canonicalJson({ b: 1.0, a: [1e21, 0.1] }), '{"a":[1e+21,0.1],"b":1}');
  assert.equal(canonicalJson({ "\u{1f600}": 1, "\ufb33": 2 }), '{"\u{1f600}":1,"\ufb33":2}', "by code unit");
  fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
    const clean = JSON.parse(JSON.stringify(value, (_, v) => Object.is(v, -0) ? 0 : v));
    const shuffled = JSON.parse(
      JSON.stringify(clean),
      (_, v) =>
        v !== null && typeof v === "object" && !Array.isArray(v)
          ? Object.fromEntries(Object.entries(v).reverse())
          : v,
    );
    assert.equal(canonicalJson(shuffled), canonicalJson(clean));
    assert.deepEqual(JSON.parse(canonicalJson(clean)), clean);
  }));
});

Deno.test("canonicalJson() sees a difference at any depth (test 24)", () => {
  const deep = (leaf: number) => {
    let value: unknown = leaf;
    for (let i = 0; i < 50; i++) value = i % 2 ? [value] : { v: value };
    return value;
  };
  assert.notEqual(hash(deep(1)), hash(deep(2)));
});

Deno.test("canonicalJson() refuses what JSON would write wrongly, and says where", () => {
  for (
    const bad of [
      NaN,
      Infinity,
      -0,
      undefined,
      () => 1,
      Symbol("x"),
      1n,
      new Date(),
      new Map(),
      "\ud800",
    ]
  ) {
    assert.throws(() => canonicalJson({ k: [bad] }, "params"), /Cannot use params\.k\[0\] in a cache key/);
  }
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  assert.throws(() => canonicalJson(loop), /contains itself/);
});

Deno.test("sameJson() is true where the canonical texts are equal, and nowhere else", () => {
  const small = fc.constantFrom<unknown>(
    0,
    1,
    "1",
    "",
    true,
    false,
    null,
    [],
    {},
    [0],
    [[]],
    [null],
    { a: 1 },
    { a: null },
    { b: 1 },
    { a: 1, b: 0 },
    { b: 0, a: 1 },
    { a: { b: [1, "1"] } },
    { a: { b: [1, 1] } },
    { 0: 1 },
    [1],
    JSON.parse('{"__proto__":1}'),
  );
  fc.assert(fc.property(small, small, (a, b) => {
    assert.equal(sameJson(a, b), canonicalJson(a) === canonicalJson(b), JSON.stringify([a, b]));
  }));
  for (
    const [a, b] of [[NaN, null], [-0, 0], [undefined, null], [{ a: undefined }, {}], [{ a: undefined }, {
      b: 1,
    }]]
  ) {
    assert.ok(!sameJson(a, b) && !sameJson(b, a));
  }
});

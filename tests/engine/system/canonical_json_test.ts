import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson, orderedJson, sameJson, sha256 } from "../../../lib/engine/system/canonical_json.ts";

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

Deno.test("orderedJson() keeps the order of fields at any depth, and else writes as canonicalJson() does", () => {
  assert.equal(orderedJson({ b: [{ d: 1, c: 2 }], a: {} }), '{"b":[{"d":1,"c":2}],"a":{}}');
  assert.equal(canonicalJson({ b: [{ d: 1, c: 2 }], a: {} }), '{"a":{},"b":[{"c":2,"d":1}]}');
  assert.throws(() => orderedJson({ k: [NaN] }, "params"), /Cannot use params\.k\[0\] in a cache key/);
  fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
    const clean = JSON.parse(JSON.stringify(value, (_, v) => Object.is(v, -0) ? 0 : v));
    assert.equal(orderedJson(clean), JSON.stringify(clean));
  }));
});

Deno.test("sameJson() is true where the ordered texts are equal, and nowhere else", () => {
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
    assert.equal(sameJson(a, b), orderedJson(a) === orderedJson(b), JSON.stringify([a, b]));
  }));
  for (
    const [a, b] of [[NaN, null], [-0, 0], [undefined, null], [{ a: undefined }, {}], [{ a: undefined }, {
      b: 1,
    }]]
  ) {
    assert.ok(!sameJson(a, b) && !sameJson(b, a));
  }
});

Deno.test("canonicalJson() writes what RFC 8785 writes, its own examples among it", () => {
  // Section 3.2.2 and 3.2.3.
  const value = JSON.parse(
    String.raw`{ "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false] }`,
  );
  assert.equal(
    canonicalJson(value),
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
      String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
  const sorted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"];
  const shuffled = Object.fromEntries(sorted.toReversed().map((key) => [key, 0]));
  assert.deepEqual(Object.keys(JSON.parse(canonicalJson(shuffled))).filter((k) => k !== "1"), [
    "\r",
    ...sorted.slice(2),
  ]);
  assert.ok(canonicalJson(shuffled).startsWith('{"\\r":0,"1":0,'));
  // Appendix B: IEEE 754 bits and text.
  const numbers: [bits: bigint, text: string][] = [
    [0x0000000000000000n, "0"],
    [0x0000000000000001n, "5e-324"],
    [0x8000000000000001n, "-5e-324"],
    [0x7fefffffffffffffn, "1.7976931348623157e+308"],
    [0x4340000000000000n, "9007199254740992"],
    [0x4430000000000000n, "295147905179352830000"],
    [0x44b52d02c7e14af5n, "9.999999999999997e+22"],
    [0x44b52d02c7e14af6n, "1e+23"],
    [0x44b52d02c7e14af7n, "1.0000000000000001e+23"],
    [0x444b1ae4d6e2ef4en, "999999999999999700000"],
    [0x444b1ae4d6e2ef4fn, "999999999999999900000"],
    [0x444b1ae4d6e2ef50n, "1e+21"],
    [0x3eb0c6f7a0b5ed8cn, "9.999999999999997e-7"],
    [0x3eb0c6f7a0b5ed8dn, "0.000001"],
    [0x41b3de4355555555n, "333333333.3333333"],
  ];
  const view = new DataView(new ArrayBuffer(8));
  // The ONNX runtime of another test in this process may have told the processor to flush denormal numbers to zero.
  const flushed = Number.MIN_VALUE * 1 === 0;
  for (const [bits, text] of numbers) {
    if (flushed && text.endsWith("5e-324")) continue;
    view.setBigUint64(0, bits);
    assert.equal(canonicalJson(view.getFloat64(0)), text);
  }
});

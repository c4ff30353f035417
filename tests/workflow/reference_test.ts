import assert from "node:assert/strict";
import { z } from "zod";
import { Codes } from "../../lib/artifacts/codes.ts";
import { Metrics } from "../../lib/artifacts/metrics.ts";
import { many, optional } from "../../lib/workflow/step.ts";
import { type ParameterRow, signature, stepReference } from "../../lib/workflow/reference.ts";

function rows(params: z.ZodType): Record<string, ParameterRow> {
  const definition = {
    type: "x",
    summary: "",
    inputs: {},
    params,
    outputs: {},
    run: () => Promise.resolve({}),
  };
  const { sets } = stepReference("x", definition as any);
  assert.equal(sets.length, 1);
  return Object.fromEntries(sets[0]!.parameters.map((row) => [row.path, row]));
}

Deno.test("types are told in words, with their limits", () => {
  const typeOf = (schema: z.ZodType) => rows(z.strictObject({ p: schema })).p!.type;
  assert.equal(typeOf(z.int().min(2).max(9)), "whole number from 2 to 9");
  assert.equal(typeOf(z.number().positive().lt(1)), "number above 0 below 1");
  assert.equal(typeOf(z.enum(["a", "b", "c"])), "`a`, `b` or `c`");
  assert.equal(typeOf(z.union([z.int(), z.string()])), "whole number, or text");
  assert.equal(typeOf(z.array(z.union([z.int(), z.null()]))), "list of (whole number, or `null`)");
  assert.equal(typeOf(z.tuple([z.int(), z.string()])), "list of whole number and text");
  assert.equal(typeOf(z.record(z.string(), z.boolean())), "map of names to `true` or `false`");
  assert.equal(typeOf(z.json()).split(", or ").length > 3, true);
});

Deno.test("a key is required unless something stands in for it, or only one of several forms has it", () => {
  const { a, b, c, d, ...inner } = rows(z.strictObject({
    a: z.int(),
    b: z.int().default(3),
    c: z.string().optional(),
    d: z.union([
      z.strictObject({ from: z.literal("x"), size: z.int() }),
      z.strictObject({ from: z.literal("y") }),
    ]),
  }));
  assert.deepEqual([a, b, c, d].map((row) => row!.required), [true, false, false, true]);
  assert.equal(b!.fallback, "3");
  assert.deepEqual(Object.keys(inner), ["d.from", "d.size"]);
  assert.equal(inner["d.from"]!.type, "`x`, or `y`");
  assert.equal(inner["d.size"]!.required, false);
});

Deno.test("defaults are written as in a workflow", () => {
  const fallback = (value: any) => rows(z.strictObject({ p: z.json().default(value) })).p!.fallback;
  assert.equal(fallback([4, "a b", null]), "[4, a b, null]");
  assert.equal(fallback({ k: ["x: y", ""] }), '{ k: ["x: y", ""] }');
});

Deno.test("a key that decides about the others parts the parameters into sets", () => {
  const params = z.discriminatedUnion("source", [
    z.strictObject({ source: z.literal("one").describe("The first."), n: z.int() }),
    z.strictObject({ source: z.literal("two") }),
  ]);
  const inputs = { codes: Codes, more: optional(Metrics), all: many(Metrics) };
  const definition = { type: "x", summary: "", inputs, params, outputs: { metrics: Metrics } };
  const reference = stepReference("x", definition as any);
  assert.deepEqual(
    reference.sets.map(({ choice, about, parameters }) => [choice, about, parameters.length]),
    [
      ["source: one", "The first.", 1],
      ["source: two", "", 0],
    ],
  );
  assert.equal(signature(reference), "Codes, Metrics?, Metrics… → Metrics");
});

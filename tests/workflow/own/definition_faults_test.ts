import assert from "node:assert/strict";
import { z } from "zod";
import { Codes } from "../../../lib/artifacts/codes.ts";
import { Metrics } from "../../../lib/artifacts/metrics.ts";
import { Motifs } from "../../../lib/artifacts/motifs.ts";
import { registry } from "../../../lib/steps/registry.ts";
import { many } from "../../../lib/workflow/step.ts";
import { definitionFaults, factsFault } from "../../../lib/workflow/own/definition_faults.ts";

const whole = {
  type: "own",
  summary: "",
  inputs: { one: Metrics, some: many(Metrics), any: { type: null, arity: "many" } },
  params: z.strictObject({}),
  outputs: { metrics: Metrics },
  run() {},
};

Deno.test("definitions of the program are without fault, and so is one that keeps more in it", async () => {
  for (const name of ["load", "report", "select-levels"]) {
    assert.deepEqual(definitionFaults(await registry.load(name)), [], name);
  }
  assert.deepEqual(definitionFaults({ ...whole, table: [1, 2] }), []);
});

Deno.test("a step that maps gives what can be joined, or merges", () => {
  const told = [
    '`map` leaves shards of the port "metrics", whose type cannot be joined from them, and has to ' +
    "come with `merge`, which writes the whole",
  ];
  assert.deepEqual(definitionFaults({ ...whole, map: "recording" }), told);
  assert.deepEqual(definitionFaults({ ...whole, map: "recording", merge() {} }), []);
  assert.deepEqual(definitionFaults({ ...whole, map: "recording", outputs: { codes: Codes } }), []);
  assert.equal(definitionFaults({ ...whole, map: () => ({}), outputs: { motifs: Motifs } }).length, 1);
});

Deno.test("a field of a definition that is missing or of another kind is told by name, with what it has to be", () => {
  const { type: _, run: __, ...part } = whole;
  const wrong: [exported: unknown, told: string[]][] = [
    [undefined, ["the module does not default-export a step"]],
    [null, ["the default export is null, and has to be a definition"]],
    [() => whole, ["the default export is a function, and has to be a definition"]],
    [Promise.resolve(whole), ["the default export is a promise, and has to be a definition"]],
    [part, ["`type` is missing", "`run` is missing"]],
    ...Object.entries<[value: unknown, told: string][]>({
      type: [[5, "is a number, and has to be text"], ["", "is empty"]],
      summary: [[7, "is a number, and has to be text"]],
      inputs: [
        [[Metrics], "is a list, and has to be an object of ports"],
        [
          { m: "Metrics" },
          'has a port "m" that is the text "Metrics", and has to be an artifact type such as Metrics',
        ],
        [
          { m: { type: Metrics, arity: 2 } },
          'has a port "m" that takes 2 artifacts, and has to take "one", "optional" or "many"',
        ],
      ],
      params: [
        [null, "is null, and has to be a zod schema, such as z.strictObject({}) for none"],
        [{}, "is an object, and has to be a zod schema, such as z.strictObject({}) for none"],
        [{ x: z.int() }, "is an object of schemas, and has to be one: z.strictObject({ … })"],
        [{ safeParse() {}, _def: {} }, "is a schema of zod 3, and has to be one of zod 4"],
      ],
      outputs: [
        [{ "../m": Metrics }, 'has a port "../m", whose name is not of letters, digits, "_" and "-"'],
        [
          { m: { ...Metrics, version: "1" } },
          'has a port "m" that is an object, and has to be an artifact type such as Metrics',
        ],
        [
          { m: undefined },
          'has a port "m" that is undefined, and has to be an artifact type such as Metrics',
        ],
        [
          { m: many(Metrics) },
          'has a port "m" that is an object, and has to be an artifact type such as Metrics',
        ],
      ],
      run: [["x", 'is the text "x", and has to be a function']],
      outputChosenBy: [[1, "is a number, and has to be text"]],
      random: [["yes", 'is the text "yes", and has to be true or false']],
      measures: [[1, "is a number, and has to be true or false"]],
      lineage: [[1, "is a number, and has to be true or false"]],
      deploys: [[1, "is a number, and has to be true, false or a function of the parameters"]],
      cache: [["always", 'is the text "always", and has to be "pure" or "never"']],
      resources: [
        [{ memory: "2 GB" }, 'has a field "memory"; what a step may say here is cpu and exclusive'],
        [{ cpu: "2" }, 'has `cpu` "2", and has to have a positive number'],
        [{ exclusive: 1 }, "has `exclusive` 1, and has to have true or false"],
        [4, "is a number, and has to be an object { cpu, exclusive }"],
      ],
      needs: [[["windows"], "is a list, and has to be a function of the parameters"]],
      usualSeconds: [
        [0, "is a number, and has to be a positive number"],
        ["20", 'is the text "20", and has to be a positive number'],
      ],
      files: [[[], "is a list, and has to be a function of the parameters"]],
      permissions: [
        [{ net: "example.org" }, 'has `net` "example.org", and has to have a list of texts'],
        [{ ffi: "yes" }, 'has `ffi` "yes", and has to have true or false'],
        [true, 'is true, and has to be an object such as { net: ["example.org"] }'],
      ],
      environment: [[{ a: 1 }, "is an object, and has to be a function of the parameters"]],
      check: [[true, "is true, and has to be a function of the parameters"]],
      notLive: [[{}, "is an object, and has to be a function of the parameters"]],
      map: [["recordings", 'is the text "recordings", and has to be "recording" or a function']],
      merge: [[{}, "is an object, and has to be a function"]],
      chache: [["never", "is no field of a step; did you mean `cache`?"]],
    }).flatMap(([field, values]) =>
      values.map((
        [value, told],
      ): [unknown, string[]] => [{ ...whole, [field]: value }, [`\`${field}\` ${told}`]])
    ),
  ];
  for (const [exported, told] of wrong) assert.deepEqual(definitionFaults(exported), told);
});

Deno.test("factsFault() takes an object of facts and says what anything else is", () => {
  for (const facts of [{}, { tool: "1.2" }, Object.create(null)]) assert.equal(factsFault(facts), undefined);
  for (
    const [facts, kind] of [
      [5, "a number"],
      ["1.2", 'the text "1.2"'],
      [["a"], "a list"],
      [new Map(), "a Map"],
      [new Date(0), "a Date"],
      [false, "false"],
    ] as const
  ) {
    assert.equal(
      factsFault(facts),
      `\`environment\` gives ${kind}, and has to give an object such as { tool: "1.2" }`,
    );
  }
});

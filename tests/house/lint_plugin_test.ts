import assert from "node:assert/strict";
import plugin from "./lint_plugin.ts";

/** Short names of the rules that a text breaks. */
function broken(text: string, file = "a.ts"): string[] {
  return Deno.lint.runPlugin(plugin, file, text).map(({ id }) => id.replace("house/", ""));
}

Deno.test("own-names forbids `in` with a computed name", () => {
  assert.deepEqual(broken("if (name in table) go();"), ["own-names"]);
  assert.deepEqual(broken("if (`${name}` in table) go();"), ["own-names"]);
  assert.deepEqual(broken('if ("kind" in value) go();'), []);
  assert.deepEqual(broken("class A { #x = 1; static is(a: object) { return #x in a; } }"), []);
  assert.deepEqual(broken("for (const name in table) go(name);"), []);
});

Deno.test("private-names forbids `private` on members and parameters, and lets constructors have it", () => {
  assert.deepEqual(broken("class A { private x = 1; }"), ["private-names"]);
  assert.deepEqual(broken("class A { private readonly x = 1; }"), ["private-names"]);
  assert.deepEqual(broken("class A { private go() {} }"), ["private-names"]);
  assert.deepEqual(broken("class A { private static go() {} }"), ["private-names"]);
  assert.deepEqual(broken("class A { constructor(private readonly x: number) {} }"), ["private-names"]);
  assert.deepEqual(broken("class A { private constructor(readonly x: number) {} #y = 1; go() {} }"), []);
});

Deno.test("american-names wants American names, and leaves promised ones and prose alone", () => {
  for (const name of ["colourOf", "centre", "normaliseRows", "quantiser", "labelling", "#analyser"]) {
    assert.deepEqual(broken(`class A { ${name} = 1; }`), ["american-names"], name);
  }
  for (
    const name of ["analysis", "promise", "noise", "precise", "pairwise", "raised", "behaviours", "licence"]
  ) {
    assert.deepEqual(broken(`const ${name} = 1; // a colour`), [], name);
  }
});

Deno.test("details forbids to read fields of details, and lets them be written and passed on", () => {
  for (
    const text of [
      "use(metrics.details.leaks);",
      "use(metrics.details[key]);",
      "const { leaks } = metrics.details;",
      "const { details: { leaks } } = metrics;",
      "function go({ details: { leaks } }) { use(leaks); }",
    ]
  ) {
    assert.deepEqual(broken(text), ["details"], text);
  }
  for (
    const text of ["go({ details: { leaks: true } });", "go({ ...metrics.details });", "go(error.details);"]
  ) {
    assert.deepEqual(broken(text), [], text);
  }
});

Deno.test("error-messages asks InputError for “Cannot …” and no full stop", () => {
  assert.deepEqual(broken('throw new InputError("Cannot read table: it is empty");'), []);
  assert.deepEqual(broken('throw new InputError("the table is empty");'), ["error-messages"]);
  assert.deepEqual(broken("throw new InputError(`Table ${name} is empty`, { file });"), ["error-messages"]);
  assert.deepEqual(broken('throw new InputError("Cannot read table: it is empty.");'), ["error-messages"]);
  assert.deepEqual(broken('throw new InputError("the table " + name + ".");'), [
    "error-messages",
    "error-messages",
  ]);
  assert.deepEqual(broken("throw new InputError(message, { file });"), []);
  assert.deepEqual(broken("throw new InputError(`${what}: it is empty`);"), []);
  assert.deepEqual(broken('throw new RangeError("level 1 is below 2");'), []);
});

Deno.test("shared-process keeps what all tests of a run share as it is, but in a process of their own", () => {
  const inTests = (text: string) => broken(text, "/here/tests/a_test.ts");
  for (
    const call of [
      'Deno.chdir("/")',
      "Deno.umask(0o077)",
      'Deno.env.set("TZ", zone)',
      'Deno.env.delete("LC_ALL")',
      'Deno.env.set("DENO_DIR", folder)',
    ]
  ) {
    assert.deepEqual(inTests(`Deno.test("a", async () => { ${call}; });`), ["shared-process"], call);
    assert.deepEqual(inTests(`Deno.test("a", alone(async () => { ${call}; }));`), [], call);
    assert.deepEqual(broken(`${call};`), [], call);
  }
  for (const call of ["Deno.umask()", 'Deno.env.set("FLOCK_TOKEN", token)', 'Deno.env.get("TZ")']) {
    assert.deepEqual(inTests(`${call};`), [], call);
  }
});

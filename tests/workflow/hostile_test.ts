import assert from "node:assert/strict";
import { formatDiagnostic, MAX_DIAGNOSTICS } from "../../lib/workflow/diagnostic.ts";
import { check } from "./fake_steps.ts";

/** First message of a text, and how many there are. */
async function first(text: string): Promise<[message: string, count: number]> {
  const { ok, diagnostics } = await check(text);
  assert.equal(ok, false);
  return [diagnostics[0].message, diagnostics.length];
}

Deno.test("a file full of mistakes ends after two hundred", async () => {
  const steps = Array.from({ length: 3000 }, (_, i) => `  s${i}: { uses: sheer${i}, from: [x${i}] }`).join(
    "\n",
  );
  const [message, count] = await first(`steps:\n${steps}`);
  assert.equal(message, 'there is no step type "sheer0"');
  assert.equal(count, MAX_DIAGNOSTICS);
  assert.equal((await first("a: 1\n".repeat(20_000)))[1], MAX_DIAGNOSTICS);
  assert.equal((await first(`steps:\n${"  k: 1\n".repeat(20_000)}`))[1], MAX_DIAGNOSTICS);
});

Deno.test("expressions without end, too many, or too long are read once", async () => {
  const open = "${{".repeat(50_000);
  assert.equal(
    (await first(`steps: { a: { uses: shear, with: { name: "${open}" } } }`))[0],
    "the closing }} is missing",
  );
  const many = "${{ 1 }}".repeat(20_000);
  const result = await check(`steps: { a: { uses: shear, with: { name: "${many}" } } }`);
  assert.ok(result.ok);
  assert.equal((result.plan.tasks[0].params as { name: string }).name, "1".repeat(20_000));
  const long = `\${{ ${"!".repeat(100_000)}true }}`;
  assert.equal(
    (await first(`steps: { a: { uses: shear, if: "${long}" } }`))[0],
    "the expression is too long",
  );
});

Deno.test("a line of a quarter of a megabyte prints as an excerpt around its place", async () => {
  const { diagnostics } = await check(`steps: { a: { uses: "${"x".repeat(200_000)}", wih: 1 } }`);
  for (const diagnostic of diagnostics) {
    for (const line of formatDiagnostic(diagnostic).split("\n").slice(1, 3)) {
      assert.ok(line.length < 150, `${line.length}`);
    }
  }
});

Deno.test("a chain of thousands of steps is no deep recursion", async () => {
  const chain = Array.from({ length: 4000 }, (_, i) => `  s${i + 1}: { uses: tally, from: s${i} }`).reverse()
    .join("\n");
  const result = await check(`steps:\n${chain}\n  s0: { uses: tally }\n`);
  assert.ok(result.ok);
  assert.equal(result.plan.tasks.length, 4001);
  assert.equal(result.plan.tasks[0].id, "s0");
});

Deno.test("names that would break a terminal or a file system are refused or shown harmless", async () => {
  for (const id of ["../x", "a b", "a/b", "-a", "a.b", "a:b", "ä", "a".repeat(65), "a\\u202eb", ""]) {
    const [message] = await first(`steps: { "${id}": { uses: shear } }`);
    assert.match(message, /cannot be a name$/, id);
  }
  const { diagnostics } = await check('steps: { a: { uses: "she\\u202ear\\u200b" } }');
  assert.doesNotMatch(formatDiagnostic(diagnostics[0]).split("\n").slice(1).join("\n"), /[\u200b\u202e]/);
});

Deno.test("values that look like code stay values", async () => {
  const result = await check(
    'params: { x: "$(touch /tmp/x); `id` ${HOME} {{x}} %s" }\nsteps: { a: { uses: shear, with: { name: "${{ params.x }}" } } }',
  );
  assert.ok(result.ok);
  assert.equal(
    (result.plan.tasks[0].params as { name: string }).name,
    "$(touch /tmp/x); `id` ${HOME} {{x}} %s",
  );
});

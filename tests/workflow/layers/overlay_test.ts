import assert from "node:assert/strict";
import { planOf, printed } from "../fake_steps.ts";

const text = `params:
  sheep: 3
  spin: { twist: 10, plies: [2, 3] }
  free: {}
matrix: { flock: [1, 2, 3] }
profiles:
  quick:
    description: for a coffee break
    params: { sheep: 1, spin: { twist: 5 } }
    matrix: { flock: [1] }
  big: { params: { sheep: 99 }, steps: { wool: { resources: { cpu: 8 }, timeout: 5m } } }
steps:
  wool: { uses: shear, with: { sheep: "\${{ params.sheep }}", name: "f\${{ matrix.flock }}" } }
`;
const bytes = (content: string) => new TextEncoder().encode(content);
const file = (content: string, name = "p.yaml") => ({ file: name, bytes: bytes(content) });
const profiles = (...names: string[]) => ({ profiles: { names } });

Deno.test("a profile lies over params, axes and steps; without one nothing changes", async () => {
  const plain = await planOf(text);
  assert.deepEqual([plain.params.sheep, plain.tasks.length, plain.profiles], [3, 3, undefined]);
  const quick = await planOf(text, profiles("quick"));
  assert.deepEqual(quick.params, { sheep: 1, spin: { twist: 5, plies: [2, 3] }, free: {} });
  assert.deepEqual(quick.tasks.map((t) => t.id), ["wool[flock=1]"]);
  assert.deepEqual(quick.profiles, ["quick"]);
  const both = await planOf(text, profiles("quick", "big"));
  assert.deepEqual([both.params.sheep, both.tasks.length], [99, 1], "the last one is uppermost");
  assert.deepEqual([both.tasks[0]!.resources.cpu, both.tasks[0]!.timeout], [8, 300]);
});

Deno.test("what a profile names has to be there, and is checked like the file", async () => {
  assert.match(
    await printed(text, profiles("quik")),
    /--profile quik:1:1: the workflow has no profile "quik"\n[^]*did you mean "quick"/,
  );
  const wrong = (part: string) => text.replace("{ sheep: 99 }", "{}").replace("timeout: 5m", part);
  assert.match(
    await printed(wrong("retrys: 2"), profiles("big")),
    /wool\.yaml:11:\d+: unknown key "retrys" in steps\.wool[^]*did you mean "retries"/,
  );
  assert.match(
    await printed(text.replace("{ sheep: 99 }", "{ shep: 99 }"), profiles("big")),
    /wool\.yaml:11:20: the workflow has no param "shep"[^]*did you mean "sheep"/,
  );
  assert.match(
    await printed(text.replace("steps: { wool: { res", "steps: { wol: { res"), profiles("big")),
    /has no step "wol"/,
  );
  assert.match(
    await printed(text.replace("big: { params", "big: { parms")),
    /unknown key "parms" in profiles\.big/,
  );
});

Deno.test("a profile that only the environment names is left out where a file has none, with a warning", async () => {
  const choice = { profiles: { names: ["cluster"], byDefault: true } };
  assert.match(
    await printed(text, choice),
    /MOTIFLOW_PROFILE cluster:1:1: warning: the workflow has no profile/,
  );
  assert.equal((await planOf(text, choice)).params.sheep, 3);
});

Deno.test("a file of params lies over profiles, --param over both; YAML and JSON are read", async () => {
  const options = {
    ...profiles("quick"),
    paramsFiles: [file("sheep: 7\nspin: { plies: [4] }\n"), file('{ "spin": { "twist": 6.5 } }', "p.json")],
    overrides: { "spin.twist": "8" },
  };
  assert.deepEqual((await planOf(text, options)).params, {
    sheep: 7,
    spin: { twist: 8, plies: [4] },
    free: {},
  });
});

Deno.test("mistakes of a file of params are told in it", async () => {
  const said = (content: string) => printed(text, { paramsFiles: [file(content)] });
  assert.match(
    await said("sheep: 1\nshepp: 2\n"),
    /^p\.yaml:2:1: the workflow has no param "shepp"\n {2}2 \| shepp: 2/,
  );
  assert.match(
    await said("spin: { twst: 1 }\n"),
    /p\.yaml:1:9: param spin has no "twst"[^]*did you mean "twist"/,
  );
  assert.match(await said("[1]\n"), /p\.yaml:1:1: p\.yaml must be a map/);
  assert.match(await said("sheep: 010\n"), /p\.yaml:1:8: 010 is not a decimal number/);
  assert.equal(await said("free: { any: 1 }\n"), "");
});

Deno.test("a file of params that is empty, no map, or written like --param is told what it should be", async () => {
  const said = (written: string) => printed(text, { paramsFiles: [file(written)] });
  assert.match(await said(""), /the file is empty[^]*hint: write params as `name: value`/);
  assert.match(await said("sheep=1"), /must be a map[^]*hint: write params as `name: value`/);
  assert.match(await said("spin.twist: 4"), /no param "spin\.twist"[^]*hint: write spin: \{ twist: … \}/);
});

Deno.test("a wrong value is told at the step, with what it is", async () => {
  assert.match(
    await printed(text, { paramsFiles: [file("sheep: many\n")] }),
    /wool\.yaml:13:39: sheep must be a whole number, got "many"[^]*is "many" here/,
  );
});

Deno.test("--param reaches into maps and lists", async () => {
  const over = async (overrides: Record<string, string>) => (await planOf(text, { overrides })).params;
  assert.deepEqual((await over({ "spin.twist": "7.5" })).spin, { twist: 7.5, plies: [2, 3] });
  assert.deepEqual((await over({ "spin.plies[1]": "9" })).spin, { twist: 10, plies: [2, 9] });
  assert.deepEqual((await over({ "free.new": "{ a: 1 }" })).free, { new: { a: 1 } });
  assert.deepEqual((await over({ spin: "{ twist: 1, plies: [1] }", "spin.twist": "2" })).spin, {
    twist: 2,
    plies: [1],
  });
  assert.deepEqual(
    (await over({ spin: "{ twist: 1 }" })).spin,
    { twist: 1, plies: [2, 3] },
    "maps are merged",
  );
  assert.deepEqual((await over({ spin: "7" })).spin, 7);
  assert.match(
    await printed(text, { overrides: { spin: "{ twits: 1 }" } }),
    /--param spin:1:1: param spin has no "twits"[^]*did you mean "twist"/,
  );
  const said = (name: string) => printed(text, { overrides: { [name]: "1" } });
  assert.match(
    await said("spin.twits"),
    /--param spin\.twits:1:1: param spin has no "twits"[^]*did you mean "twist"/,
  );
  assert.match(await said("spin.plies[2]"), /param spin\.plies has no "\[2\]"[^]*it has 2 items/);
  assert.match(await said("sheep.x"), /param sheep is no map, so there is no "sheep\.x"/);
  assert.match(await said("spin.plies.0"), /param spin\.plies is a list[^]*its items are spin\.plies\[0\]/);
  assert.match(await said("spn.twist"), /no param "spn\.twist"[^]*did you mean "spin"/);
  assert.match(await said("constructor.name"), /no param "constructor\.name"/);
  assert.match(await said("spin..twist"), /no param "spin\.\.twist"/);
});

Deno.test("--param inside a map leaves the file's own values as they are for others", async () => {
  const once = await planOf(text, { overrides: { "spin.twist": "1" } });
  const again = await planOf(text);
  assert.deepEqual([once.params.spin, again.params.spin], [
    { twist: 1, plies: [2, 3] },
    { twist: 10, plies: [2, 3] },
  ]);
});

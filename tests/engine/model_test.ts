/**
 * The strongest single test (51): random graphs under random edits, deaths, damage and reruns. After each, every result must
 * be what building from nothing gives. `MOTIFLOW_MODEL_CASES=10000` runs the long version, in pieces
 * from several `MOTIFLOW_SEED`, with counts in the file `MOTIFLOW_TALLY`. With `MOTIFLOW_PROCESSES` steps run as those of
 * users do, and not in this thread.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { actionKeys, blobs } from "../../lib/engine/store/action_list.ts";
import { Layout } from "../../lib/engine/system/layout.ts";
import { Random } from "../../lib/random.ts";
import { Tally } from "./tally.ts";
import { outcomes, Project, type Spec, stepSource, textOf } from "./project.ts";

const seed = Number(Deno.env.get("MOTIFLOW_SEED") ?? 20260101);
const cases = Number(Deno.env.get("MOTIFLOW_MODEL_CASES") ?? 150);

const workers = Deno.env.has("MOTIFLOW_PROCESSES");

/** The state of a project: what a from-scratch build would give follows from it alone. */
interface Model {
  params: string[];
  /** Indices of the earlier steps that each step reads. */
  edges: number[][];
  /** Which step module each uses, and what each module prints. */
  uses: number[];
  code: string[];
  /** How long the file of each name is; 0: there is none. */
  files: number[];
}

const modules = 3;
const fileNames = ["a", "b", "c"];

/** What the steps that read files see. Contents differ in size, so that a look tells them apart however young they are. */
function fileText({ files }: Model): string {
  return fileNames.map((name, i) => name.repeat(files[i])).join("");
}

function newFiles(rng: Random): number[] {
  return [1 + rng.below(3), rng.below(3), rng.below(3)];
}

function expected(model: Model): string[] {
  const texts: string[] = [];
  for (const [i, sources] of model.edges.entries()) {
    const inputs = sources.map((s) => texts[s]).join(",");
    const file = model.uses[i] === 0 ? fileText(model) : "";
    // Long texts are cut, which also makes different inputs give equal outputs: early cutoff.
    texts.push(`${model.code[model.uses[i]]}${file}${model.params[i]}(${inputs})`.slice(0, 30));
  }
  return texts;
}

function newModel(rng: Random): Model {
  const n = 2 + rng.below(6);
  return {
    params: Array.from({ length: n }, () => String(rng.below(3))),
    edges: Array.from(
      { length: n },
      (_, i) => Array.from({ length: i }, (_, j) => j).filter(() => rng.uniform() < 0.4),
    ),
    uses: Array.from({ length: n }, () => rng.below(modules)),
    code: Array.from({ length: modules }, () => "v" + rng.below(3)),
    files: newFiles(rng),
  };
}

function edit(model: Model, rng: Random): void {
  const i = rng.below(model.params.length);
  switch (rng.below(5)) {
    case 0:
      model.params[i] = String(rng.below(3));
      break;
    case 1:
      model.edges[i] = Array.from({ length: i }, (_, j) => j).filter(() => rng.uniform() < 0.4);
      break;
    case 2:
      model.uses[i] = rng.below(modules);
      break;
    case 3:
      model.code[rng.below(modules)] = "v" + rng.below(3);
      break;
    case 4:
      model.files = newFiles(rng);
  }
}

function write(project: Project, model: Model): Record<string, Spec> {
  for (let m = 0; m < modules; m++) {
    const file = m === 0 ? 'files.file.map((f) => Deno.readTextFileSync(f)).join("")' : '""';
    const body = `return { text: ("${
      model.code[m]
    }" + ${file} + params.text + "(" + texts.join(",") + ")").slice(0, 30) };`;
    project.write(`steps/m${m}.ts`, stepSource(body));
  }
  for (const [i, name] of fileNames.entries()) {
    const path = `data/${name}.txt`;
    const size = existsSync(project.path(path)) ? Deno.statSync(project.path(path)).size : 0;
    // What stays as it is must not be written: it is to be recognised by its stat.
    if (size === model.files[i]) continue;
    if (model.files[i] > 0) project.write(path, name.repeat(model.files[i]));
    else Deno.removeSync(project.path(path));
  }
  return Object.fromEntries(model.params.map((text, i) => [`s${i}`, {
    uses: `m${model.uses[i]}`,
    params: { text },
    from: model.edges[i].map((j) => `s${j}`),
    files: model.uses[i] === 0 ? [{ name: "file", pattern: "data/*.txt" }] : [],
    ...(i === model.params.length - 1 ? { publish: "out" } : {}),
  }]));
}

/** `Date.now` ahead of the clock until it is disposed of. */
class LateClock implements Disposable {
  readonly #real = Date.now;

  constructor(ahead: number) {
    const real = this.#real;
    Date.now = () => real() + ahead;
  }

  [Symbol.dispose](): void {
    Date.now = this.#real;
  }
}

/** Something bad happens to the store. */
function damage(project: Project, rng: Random): void {
  const layout = new Layout(Deno.realPathSync(project.root));
  const pick = (paths: string[]) => paths.length === 0 ? undefined : paths[rng.below(paths.length)];
  const path = rng.below(2) === 0
    ? pick([...blobs(layout)].map((b) => b.path))
    : pick([...actionKeys(layout)].map((key) => layout.action(key)));
  if (path === undefined) return;
  if (rng.below(2) === 0) return Deno.removeSync(path);
  Deno.chmodSync(path, 0o644);
  Deno.writeTextFileSync(path, "x".repeat(rng.below(2) === 0 ? Deno.statSync(path).size : 3));
}

Deno.test(`plan() and run() equal a build from nothing on random graphs (tests 50 and 51, ${cases} cases)`, async () => {
  const rng = new Random(seed);
  const tally = new Tally("cases");
  await using project = new Project();
  for (let n = 0; n < cases;) {
    const model = newModel(rng);
    if (rng.below(4) === 0) project.forget();
    // Files are minutes old for every other model, so that what is known of them is believed.
    const late = rng.below(2) === 1;
    using _ = new LateClock(late ? 600_000 : 0);
    for (let right = true, round = 0; right && round < 5 && n < cases; round++, n++) {
      edit(model, rng);
      right = await tally.case(() => judge(project, model, rng, late, `case ${n} of seed ${seed}`));
      if (!right) project.forget();
    }
  }
  tally.end();
});

/** One edit, one misfortune, one run. */
async function judge(
  project: Project,
  model: Model,
  rng: Random,
  late: boolean,
  name: string,
): Promise<void> {
  // A round may take two milliseconds. Who believes a file that old must not change it again in the same tick.
  if (late) await new Promise((resolve) => setTimeout(resolve, 20));
  const plan = project.plan(write(project, model));
  if (rng.below(3) === 0) damage(project, rng);
  if (rng.below(3) === 0) {
    let left = rng.below(60);
    const engine = await project.open({
      workers,
      faultHook: () => {
        if (left-- <= 0) throw new Error("dead");
      },
    });
    await engine.run(plan, { jobs: 2 }).catch(() => {});
  }
  const engine = await project.open({ workers });
  const planned = await engine.plan(plan);
  const result = await engine.run(plan, { jobs: 2, keepGoing: true });
  const context = `${name}: ${JSON.stringify(model)}`;
  assert.equal(result.status, "succeeded", context + JSON.stringify(result.tasks.map((t) => t.error)));
  const texts = expected(model);
  for (const [i, text] of texts.entries()) assert.equal(textOf(result, `s${i}`), text, context);
  assert.equal(Deno.readTextFileSync(project.path("out/text.txt")), texts.at(-1), context);
  const ended = outcomes(result);
  for (const { task, status } of planned) {
    if (status === "restore") assert.equal(ended[task.id], "restored", context);
    // A twin in the same plan may make the result first.
    if (status === "run") assert.ok(ended[task.id] === "ran" || twin(planned, task.id), context);
  }
}

function twin(planned: { task: { id: string }; key: string | null }[], id: string): boolean {
  const { key } = planned.find((p) => p.task.id === id)!;
  return planned.some((p) => p.task.id !== id && p.key === key);
}

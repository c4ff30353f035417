/**
 * The strongest single test (51): random graphs under random edits, deaths, damage and reruns. After each, every result must
 * be what building from nothing gives. `MOTIFLOW_MODEL_CASES=10000` runs the long version.
 */
import assert from "node:assert/strict";
import { actionKeys, blobs } from "../../lib/engine/action_list.ts";
import { Layout } from "../../lib/engine/layout.ts";
import { Random } from "../../lib/random.ts";
import { outcomes, Project, type Spec, stepSource, textOf } from "./project.ts";

const cases = Number(Deno.env.get("MOTIFLOW_MODEL_CASES") ?? 300);

/** The state of a project: what a from-scratch build would give follows from it alone. */
interface Model {
  params: string[];
  /** Indices of the earlier steps that each step reads. */
  edges: number[][];
  /** Which step module each uses, and what each module prints. */
  uses: number[];
  code: string[];
  file: string;
}

const modules = 3;

function expected(model: Model): string[] {
  const texts: string[] = [];
  for (const [i, sources] of model.edges.entries()) {
    const inputs = sources.map((s) => texts[s]).join(",");
    const file = model.uses[i] === 0 ? model.file : "";
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
    file: "f" + rng.below(3),
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
      model.file = "f" + rng.below(3);
  }
}

function write(project: Project, model: Model): Record<string, Spec> {
  for (let m = 0; m < modules; m++) {
    const file = m === 0 ? "Deno.readTextFileSync(files.file[0])" : '""';
    const body = `return { text: ("${
      model.code[m]
    }" + ${file} + params.text + "(" + texts.join(",") + ")").slice(0, 30) };`;
    project.write(`steps/m${m}.ts`, stepSource(body));
  }
  project.write("data/file.txt", model.file);
  return Object.fromEntries(model.params.map((text, i) => [`s${i}`, {
    uses: `m${model.uses[i]}`,
    params: { text },
    from: model.edges[i].map((j) => `s${j}`),
    files: model.uses[i] === 0 ? [{ name: "file", pattern: "data/file.txt" }] : [],
    ...(i === model.params.length - 1 ? { publish: "out" } : {}),
  }]));
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
  const rng = new Random(20260101);
  await using project = new Project();
  let died = 0;
  for (let n = 0; n < cases;) {
    const model = newModel(rng);
    if (rng.below(4) === 0) project.forget();
    for (let round = 0; round < 5 && n < cases; round++, n++) {
      edit(model, rng);
      const plan = project.plan(write(project, model));
      if (rng.below(3) === 0) damage(project, rng);
      if (rng.below(3) === 0) {
        let left = rng.below(60);
        const engine = await project.open({
          faultHook: () => {
            if (left-- <= 0) throw new Error("dead");
          },
        });
        await engine.run(plan, { jobs: 2 }).catch(() => died++);
      }
      const engine = await project.open();
      const planned = await engine.plan(plan);
      const result = await engine.run(plan, { jobs: 2, keepGoing: true });
      const context = `case ${n}: ${JSON.stringify(model)}`;
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
  }
});

function twin(planned: { task: { id: string }; key: string | null }[], id: string): boolean {
  const { key } = planned.find((p) => p.task.id === id)!;
  return planned.some((p) => p.task.id !== id && p.key === key);
}

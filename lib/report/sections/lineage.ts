/** How the results were made: the steps as a graph, and for each task time, parameters, seed, files, code and content. */
import type { Json } from "../../artifacts/artifact.ts";
import type { Lineage, LineageTask } from "../../artifacts/lineage.ts";
import type { Graph } from "../../graph/graph.ts";
import { svg } from "../../graph/svg.ts";
import { Html, markup } from "../../text/html.ts";
import { count, duration } from "../../text/numbers.ts";
import { defineSection } from "../section.ts";
import { sourceName } from "../sources.ts";
import { facts, folded, Fragment, note, stack, table } from "../table.ts";

export default defineSection({
  id: "lineage",
  title: "How this was made",
  needs: ({ lineage }) => Promise.resolve(lineage),
  missing: "No lineage is connected to this report.",
  draw: (lineage) => Promise.resolve(draw(lineage)),
});

/** Steps up to which the graph stands open; a larger one is as tall as many pages. */
const FEW = 60;

/** What the engine said of the results when the report was made. */
function draw(lineage: Lineage): Fragment {
  const { tasks } = lineage;
  const drawn = drawing(lineage);
  const steps = new Set(tasks.map(({ step }) => step)).size;
  return stack(
    summary(lineage),
    steps <= FEW ? drawn : folded(`Graph of ${steps} steps`, drawn),
    folded(`Parameters of ${count(steps, "step")}`, parameters(tasks)),
    folded(`${count(tasks.length, "task")}: time, seed, code and content`, results(tasks), filesRead(tasks)),
    lineage.packages.length > 0 &&
      folded(`${count(lineage.packages.length, "package")}`, list(lineage.packages)),
  );
}

function summary({ tasks, workflow, run, program, runtime, commit }: Lineage): Fragment {
  const made = tasks.flatMap(({ made }) => made ?? []);
  const seconds = made.reduce((sum, one) => sum + one.seconds, 0);
  const times = made.map(({ at }) => at).sort();
  const [first, last] = [times[0], times.at(-1)];
  return facts({
    Workflow: `${workflow.name} (${workflow.file})`,
    Run: `${run.id}, started ${time(run.started)}`,
    "Results used": first === undefined
      ? undefined
      : `${count(made.length, "task")}, made from ${time(first)} to ${time(last!)}, ${
        duration(seconds)
      } together`,
    ...Object.fromEntries(
      tasks.filter(({ from, outputs }) => from.length === 0 && Object.keys(outputs).length > 0).flatMap((
        task,
      ) =>
        Object.values(task.outputs).map((
          { type, id },
        ) => [`Data: ${sourceName(task)}`, `${type}, SHA-256 ${id}`])
      ),
    ),
    Program: `Motiflow ${program}, Deno ${runtime.deno}, ${runtime.os} ${runtime.arch}`,
    "Git commit": commit === undefined ? "the project is in no Git repository" : stateOf(commit),
  });
}

function stateOf({ id, changed, untracked }: NonNullable<Lineage["commit"]>): string {
  if (changed === 0 && untracked === 0) return `${id}, clean`;
  const parts = [
    changed > 0 && `${count(changed, "tracked file")} changed since`,
    untracked > 0 && `${count(untracked, "file or folder", "files or folders")} in no commit`,
  ];
  return `${id}, not clean: ${parts.filter((part) => part !== false).join(", ")}`;
}

/** `2026-01-31 09:30 UTC`. */
function time(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}

/** One box a step, with the time that its tasks took together. */
function drawing({ tasks, workflow }: Lineage): Fragment {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const nodes = [...Map.groupBy(tasks, ({ step }) => step)].map(([id, of]) => {
    const made = of.flatMap(({ made }) => made ?? []);
    return {
      id,
      uses: of[0]!.uses,
      tasks: of.length,
      axes: Object.keys(of[0]!.cell),
      outputs: [...new Set(of.flatMap(({ outputs }) => Object.values(outputs).map(({ type }) => type)))],
      skipped: false,
      ...(made.length === 0 ? {} : { remark: duration(made.reduce((sum, { seconds }) => sum + seconds, 0)) }),
    };
  });
  const edges = new Map<string, Graph["edges"][number]>();
  for (const { step, from } of tasks) {
    for (const source of from.flatMap((id) => byId.get(id) ?? [])) {
      const types = Object.values(source.outputs).map(({ type }) => type).join(", ");
      edges.set(`${source.step}\u0000${step}`, { from: source.step, to: step, type: types });
    }
  }
  const picture = new Html(svg({ name: workflow.name, nodes, edges: [...edges.values()] }));
  return new Fragment(
    markup`<figure>
<div class="drawing" role="group" tabindex="0" aria-label="Graph of the steps">${picture}</div>
<figcaption>Steps from the data to this report, with the time that their tasks took when they were made; × n: as many cells of
the matrix. Results that were restored from the store count with the time of their making.</figcaption>
</figure>`,
  );
}

/** Parameters by step; those of several cells stand together where they are equal. */
function parameters(tasks: readonly LineageTask[]): Fragment {
  const rows = [...Map.groupBy(tasks, ({ step }) => step).values()].flatMap((of) =>
    [...Map.groupBy(of.filter(({ made }) => made !== undefined), ({ made }) => JSON.stringify(made!.params))]
      .map(([text, same]) => {
        const name = same.length === of.length ? same[0]!.step : same.map((t) => sourceName(t)).join(", ");
        return [name, same[0]!.uses, spelled(JSON.parse(text))];
      })
  );
  return table(["step", "uses", "parameters after defaults"], rows);
}

function spelled(params: Json): string {
  if (params === null || typeof params !== "object" || Array.isArray(params)) return JSON.stringify(params);
  return Object.entries(params).map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join("; ");
}

/** Characters of a hash that tables show: enough to tell results of one project apart. */
const SHORT = 12;

function results(tasks: readonly LineageTask[]): Fragment {
  const rows = tasks.map(({ id, uses, key, outputs, made }) => [
    id,
    uses,
    made === undefined ? "–" : time(made.at),
    made === undefined ? "–" : duration(made.seconds),
    made?.seed === undefined ? "–" : String(made.seed),
    made === undefined ? "–" : made.code.slice(0, SHORT),
    key.slice(0, SHORT),
    Object.values(outputs).map(({ type, id }) => `${type} ${id.slice(0, SHORT)}`).join(", ") || "–",
  ]);
  return stack(
    table(["task", "uses", "made", "took", "seed", "code", "key", "result"], rows),
    note(
      `Code, key and result: the first ${SHORT} digits of SHA-256 hashes, over the step's modules and packages, over all ` +
        "that the result depends on, and over its content. The last row is this report.",
    ),
  );
}

/** Files outside the store that tasks read, as one hash a request; also further facts, such as versions of tools. */
function filesRead(tasks: readonly LineageTask[]): Fragment | undefined {
  const rows = tasks.flatMap(({ id, made }) => [
    ...Object.entries(made?.files ?? {}).map((
      [name, { count: n, digest }],
    ) => [id, name, count(n, "file"), digest]),
    ...Object.entries(made?.environment ?? {}).map(([name, value]) => [id, name, spelled(value), "–"]),
  ]);
  if (rows.length === 0) return undefined;
  return table(["task", "read", "what", "SHA-256 over paths and contents"], rows);
}

function list(names: readonly string[]): Fragment {
  return new Fragment(markup`<p>${names.join(", ")}</p>`);
}

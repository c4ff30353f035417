/** One task of a run: how it ended, where its inputs came from, what its key was made of, who used it. */
import type { RunRecord, StoredAction, TaskResult } from "../../engine/mod.ts";
import { clip } from "../../text/clip.ts";
import { count, duration } from "../../text/numbers.ts";
import { type Html, markup } from "../../text/html.ts";
import { plain } from "./query.ts";
import { taskLink } from "./tasks_table.ts";

/** Files of one request that are listed. */
const FILES = 20;

/** What the page shows. */
export interface ShownTask {
  run: RunRecord;
  task: TaskResult;
  /** The stored result of its key; undefined where it is gone, or the task has none. */
  action: StoredAction | undefined;
  /** Tasks of the run that took one of its results. */
  usedBy: readonly string[];
  /** End of its log. */
  log: string;
}

/** An artifact on an input port. */
export interface TakenInput {
  port: string;
  type: string;
  id: string;
}

/** The inputs of a stored result, port by port. */
export function inputsOf({ ingredients }: StoredAction): TakenInput[] {
  return Object.entries(ingredients.inputs).flatMap(([port, given]) =>
    [given].flat().map(({ type, id }) => ({ port, type, id }))
  );
}

/** The task of a run that gave an artifact. */
export function makerOf(run: RunRecord, id: string): string | undefined {
  return run.tasks.find(({ outputs }) => Object.values(outputs).some((o) => o.id === id))?.id;
}

/** The page. */
export function taskPage({ run, task, action, usedBy, log }: ShownTask): Html {
  const made = action === undefined
    ? ""
    : `${action.created.slice(0, 19).replace("T", " ")} UTC, in ${duration(action.seconds)}`;
  const cell = Object.entries(task.cell).map(([axis, value]) => `${axis} = ${plain(value)}`).join(", ");
  return markup`
    <h1>${task.id} <span class="status ${task.outcome}">${task.outcome}</span></h1>
    <p class="caption">of run <a class="id" href="/runs/${run.id}">${run.id}</a>, ${run.workflow}</p>
    ${task.error === undefined ? "" : markup`<pre class="error">${task.error}</pre>`}
    ${
    rows([
      ["Step", task.uses],
      ["Why", task.reason],
      ["Cell", cell],
      ["Time in this run", `${duration(task.seconds)}, ${count(task.attempts, "attempt")}`],
      ["Result made", made],
      ["Key", task.key ?? ""],
      ["Published", task.published ?? ""],
    ])
  }
    ${
    task.warnings.length === 0
      ? ""
      : markup`<h2>Warnings</h2><ul>${task.warnings.map((w) => markup`<li>${w}</li>`)}</ul>`
  }
    <h2>Results</h2>
    <ul>${
    Object.entries(task.outputs).map(([port, { type, id }]) =>
      markup`<li>${port}: <a href="/artifacts/${id}">${type}</a> <span class="id">${
        id.slice(0, 12)
      }</span></li>`
    )
  }</ul>
    <p>Used by ${
    usedBy.length === 0 ? "no other task of this run" : usedBy.map((id) => markup`${taskLink(run, id)} `)
  }.</p>
    ${
    action === undefined
      ? markup`<p class="note">What the key was made of is no longer in the store.</p>`
      : keyOf(run, action)
  }
    ${log === "" ? "" : markup`<h2>Log</h2><pre class="log" tabindex="0">${log}</pre>`}
  `;
}

function keyOf(run: RunRecord, action: StoredAction): Html {
  const { ingredients, code } = action;
  const { params, seed, env, files, permissions, runtime, environment } = ingredients;
  const inputs = inputsOf(action).map(({ port, type, id }) => {
    const maker = makerOf(run, id);
    return markup`<li>${port}: <a href="/artifacts/${id}">${type}</a> <span class="id">${
      id.slice(0, 12)
    }</span>${maker === undefined ? "" : markup` of ${taskLink(run, maker)}`}</li>`;
  });
  const modules = Object.entries(code?.modules ?? {});
  const packages = Object.keys(code?.packages ?? {});
  const given = typeof params === "object" && params !== null ? Object.entries(params) : [["", params]];
  return markup`
    <h2>Inputs</h2>
    ${inputs.length === 0 ? markup`<p>It takes none.</p>` : markup`<ul>${inputs}</ul>`}
    <h2>What its key is made of</h2>
    <h3>Parameters, after defaults</h3>
    ${rows(given.map(([name, value]) => [String(name), plain(value)]))}
    <h3>All else</h3>
    ${
    rows([
      ["Seed", seed === undefined ? "" : String(seed)],
      ["Environment", Object.keys(env).join(", ")],
      ["Permissions", permissions === undefined ? "" : JSON.stringify(permissions)],
      ["Machine", `Deno ${runtime.deno}, ${runtime.os} ${runtime.arch}`],
      ["Facts of the step", Object.keys(environment).length === 0 ? "" : JSON.stringify(environment)],
      [
        "Code",
        `${ingredients.code.slice(0, 12)}: ${count(modules.length, "module")}, ${
          count(packages.length, "package")
        }`,
      ],
    ])
  }
    ${
    Object.entries(files).map(([name, hashes]) => {
      const paths = Object.keys(hashes);
      return markup`
        <details>
          <summary>Files of ${name}: ${paths.length}</summary>
          <ul>${paths.slice(0, FILES).map((path) => markup`<li><span class="id">${path}</span></li>`)}</ul>
          ${paths.length > FILES ? markup`<p>and ${paths.length - FILES} more</p>` : ""}
        </details>
      `;
    })
  }
    ${
    modules.length === 0 ? "" : markup`
      <details>
        <summary>Code</summary>
        <ul>${modules.map(([path, hash]) => markup`<li class="id">${path} ${hash.slice(0, 12)}</li>`)}</ul>
        <ul>${packages.map((name) => markup`<li class="id">${name}</li>`)}</ul>
      </details>
    `
  }
  `;
}

/** Facts; those without a value are left out. */
function rows(facts: readonly (readonly [string, string])[]): Html {
  return markup`
    <div class="table" tabindex="0" role="region" aria-label="Facts">
      <table class="facts">
        <tbody>${
    facts.filter(([, value]) => value !== "").map(([name, value]) =>
      markup`<tr><th scope="row">${name}</th><td>${clip(value, 2000)}</td></tr>`
    )
  }</tbody>
      </table>
    </div>
  `;
}

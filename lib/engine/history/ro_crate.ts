/**
 * A run as a Workflow Run RO-Crate (profile "Provenance Run Crate" 0.5, https://w3id.org/ro/wfrun/provenance): one
 * action for the workflow, one per task with its inputs, outputs and parameters, every file with size and hash.
 * What is not known is left out, not invented.
 */
import { fileMode } from "../system/modes.ts";
import { basename, dirname, join } from "../../path.ts";
import { InputError } from "../../errors.ts";
import type { Json } from "../../artifacts/artifact.ts";
import { contentId, type ManifestEntry } from "../store/manifest.ts";
import type { RunRecord, TaskResult } from "../types.ts";
import { type ActionRecord, readRecord } from "../store/action_record.ts";
import type { Store } from "../store/store.ts";

type Entity = { "@id": string; [property: string]: unknown };

const ref = (id: string) => ({ "@id": id });

/** A file that the workflow includes, under a name of its own. */
function addFragment(
  folder: string,
  { file, source }: NonNullable<RunRecord["fragments"]>[number],
  i: number,
): Entity {
  const path = `included-${i + 1}-${basename(file).replaceAll(/[^\w.-]/g, "_")}`;
  Deno.writeTextFileSync(join(folder, path), source);
  return { "@id": path, "@type": ["File", "SoftwareSourceCode"], name: file };
}

/** Writes the crate into `folder`, which must not exist or be empty. */
export function writeCrate(store: Store, run: RunRecord, folder: string): void {
  prepare(folder);
  const workflow = "workflow.yaml";
  Deno.writeTextFileSync(join(folder, workflow), run.source);
  const graph = new Map<string, Entity>();
  const add = (entity: Entity) => {
    if (!graph.has(entity["@id"])) graph.set(entity["@id"], entity);
    return ref(entity["@id"]);
  };
  const made = run.tasks.filter((t) => t.key !== null && (t.outcome === "ran" || t.outcome === "restored"));
  const results: Entity[] = [];
  const steps = [...new Set(run.tasks.map((t) => t.step))];
  for (const task of made) {
    const { record } = readRecord(store.layout, task.key!);
    const outputs = Object.entries(task.outputs).map(([port, output]) => {
      const stored = record?.outputs[port]?.files ?? [];
      return addArtifact(store, folder, task, port, output.id, output.type, stored, add);
    });
    results.push(...outputs);
    addTask(task, record, outputs, add);
  }
  const actions = made.map((t) => ref(`#action-${t.id}`));
  const engine = add({
    "@id": "#motiflow",
    "@type": "SoftwareApplication",
    name: "Motiflow",
    softwareVersion: run.motiflow,
  });
  add({
    "@id": workflow,
    "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
    name: run.workflow,
    programmingLanguage: add({
      "@id": "#motiflow-workflow",
      "@type": "ComputerLanguage",
      name: "Motiflow workflow",
    }),
    step: steps.map((step) => ref(`#step-${step}`)),
    hasPart: [
      ...(run.fragments ?? []).map((fragment, i) => add(addFragment(folder, fragment, i))),
      ...[...new Set(run.tasks.map((t) => `#uses-${t.uses}`))].map(ref),
    ],
  });
  for (const [position, step] of steps.entries()) {
    const { uses } = run.tasks.find((t) => t.step === step)!;
    const tool = add({ "@id": `#uses-${uses}`, "@type": "SoftwareApplication", name: uses });
    add({
      "@id": `#step-${step}`,
      "@type": "HowToStep",
      name: step,
      position: String(position),
      workExample: tool,
    });
    const controls = made.filter((t) => t.step === step).map((t) => ref(`#action-${t.id}`));
    if (controls.length === 0) continue;
    add({
      "@id": `#control-${step}`,
      "@type": "ControlAction",
      instrument: ref(`#step-${step}`),
      object: controls,
    });
  }
  const organize = add({
    "@id": "#organize",
    "@type": "OrganizeAction",
    instrument: engine,
    result: ref("#run"),
    object: steps.filter((s) => graph.has(`#control-${s}`)).map((s) => ref(`#control-${s}`)),
  });
  add({
    "@id": "#run",
    "@type": "CreateAction",
    name: `Run ${run.id}`,
    instrument: ref(workflow),
    startTime: run.started,
    ...(run.ended === null ? {} : { endTime: run.ended }),
    actionStatus: ref(
      `https://schema.org/${run.status === "succeeded" ? "CompletedActionStatus" : "FailedActionStatus"}`,
    ),
    object: Object.entries(run.params).map(([name, value]) => add(property(`#param-${name}`, name, value))),
    result: results.map((r) => ref(r["@id"])),
  });
  const files = [...graph.values()].filter((e) => e["@type"] === "File" || e["@type"] === "Dataset").map((
    e,
  ) => ref(e["@id"]));
  const root: Entity = {
    "@id": "./",
    "@type": "Dataset",
    name: `${run.workflow}, run ${run.id}`,
    datePublished: run.ended ?? run.started,
    license: "Not stated",
    conformsTo: ["process/0.5", "workflow/0.5", "provenance/0.5"].map((p) =>
      ref(`https://w3id.org/ro/wfrun/${p}`)
    ),
    mainEntity: ref(workflow),
    hasPart: [ref(workflow), ...files],
    mentions: [ref("#run"), organize, ...actions],
  };
  const about: Entity = {
    "@id": "ro-crate-metadata.json",
    "@type": "CreativeWork",
    about: ref("./"),
    conformsTo: [
      ref("https://w3id.org/ro/crate/1.1"),
      ref("https://w3id.org/workflowhub/workflow-ro-crate/1.0"),
    ],
  };
  const context = ["https://w3id.org/ro/crate/1.1/context", "https://w3id.org/ro/terms/workflow-run/context"];
  const crate = { "@context": context, "@graph": [about, root, ...graph.values()] };
  Deno.writeTextFileSync(join(folder, "ro-crate-metadata.json"), JSON.stringify(crate, null, 1) + "\n");
}

function prepare(folder: string): void {
  try {
    Deno.mkdirSync(folder, { recursive: true });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AlreadyExists || cause instanceof Deno.errors.NotADirectory)) {
      throw cause;
    }
    throw new InputError(`Cannot write crate: something that is no folder is in the way`, {
      file: folder,
      hint: "Move it away, or choose another name.",
      cause,
    });
  }
  for (const _ of Deno.readDirSync(folder)) {
    throw new InputError(`Cannot write crate: the folder is not empty`, { file: folder });
  }
}

function property(id: string, name: string, value: Json): Entity {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return { "@id": id, "@type": "PropertyValue", name, value: text };
}

/** One action of the crate: what a task took, did and made. */
function addTask(
  task: TaskResult,
  record: ActionRecord | undefined,
  outputs: Entity[],
  add: (entity: Entity) => { "@id": string },
): void {
  const params = Object.entries((record?.ingredients.params ?? {}) as Record<string, Json>).map((
    [name, value],
  ) => add(property(`#param-${task.id}-${name}`, name, value)));
  const ids = Object.values(record?.ingredients.inputs ?? {}).flatMap((i) => Array.isArray(i) ? i : [i]).map((
    i,
  ) => i.id);
  add({
    "@id": `#action-${task.id}`,
    "@type": "CreateAction",
    name: task.id,
    instrument: ref(`#uses-${task.uses}`),
    ...(record === undefined ? {} : { endTime: record.created }),
    object: [...params, ...[...new Set(ids)].map((id) => ref(`artifacts/${id}/`))],
    result: outputs.map((o) => ref(o["@id"])),
  });
}

function addArtifact(
  store: Store,
  folder: string,
  task: TaskResult,
  port: string,
  id: string,
  type: string,
  files: readonly ManifestEntry[],
  add: (entity: Entity) => { "@id": string },
): Entity {
  if (contentId(files) !== id || !store.artifactIntact(id, files)) {
    throw new InputError(`Cannot write crate: the result ${port} of ${task.id} is no longer in the store`);
  }
  const name = `artifacts/${id}/`;
  for (const file of files) {
    const path = `${name}${file.path}`;
    Deno.mkdirSync(dirname(join(folder, path)), { recursive: true });
    Deno.copyFileSync(`${store.layout.artifact(id)}/${file.path}`, join(folder, path));
    Deno.chmodSync(join(folder, path), fileMode());
    add({
      "@id": path,
      "@type": "File",
      name: file.path,
      sha256: file.sha256,
      contentSize: String(file.size),
    });
  }
  const dataset = {
    "@id": name,
    "@type": "Dataset",
    name: type,
    hasPart: files.map((f) => ref(`${name}${f.path}`)),
  };
  add(dataset);
  return dataset;
}

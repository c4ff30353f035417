/** A workflow's text to a plan, or to all of its mistakes at once. */
import { join, relative } from "node:path";
import { checkAlerts } from "./check_alerts.ts";
import { readSchedule } from "./check_schedule.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { Diagnostics, Source, TooManyDiagnostics } from "../diagnostic.ts";
import { parseYaml } from "../document.ts";
import { expand } from "../expand/expand.ts";
import { readHead } from "../file_head.ts";
import type { Fragment } from "../layers/include.ts";
import { get, type MapNode, text, type YamlNode } from "../node.ts";
import { bindPorts, referencesOf } from "../ports.ts";
import { orderEntries, readEntries, type StepEntry } from "../step_entry.ts";
import { checkPublications } from "../search/publish_overlap.ts";
import type { Task, Workplan } from "../workplan.ts";
import { placeOnAxes, warnOfUnused } from "./axes.ts";
import { warnOfLimits } from "./live_limits.ts";
import type { CheckOptions } from "./options.ts";
import { checkShape } from "./shape.ts";
import { StepTypes } from "./step_types.ts";

/** A plan with its warnings, or all mistakes. */
export type CheckResult =
  | { ok: true; plan: Workplan; diagnostics: Diagnostic[] }
  | { ok: false; diagnostics: Diagnostic[] };

/** Checks a workflow text; `file` is how the user named it. Runs no step. */
export async function checkWorkflow(
  content: string,
  file: string,
  options: CheckOptions,
): Promise<CheckResult> {
  const diagnostics = new Diagnostics(new Source(file, content.replace(/^\ufeff/, "")));
  let plan: Workplan | undefined;
  try {
    const tree = parseYaml(diagnostics.source, diagnostics).root;
    if (tree !== undefined) plan = await checkTree(tree, content, options, diagnostics);
  } catch (error) {
    if (!(error instanceof TooManyDiagnostics)) throw error;
  }
  const sorted = diagnostics.sorted();
  return plan === undefined || diagnostics.failed
    ? { ok: false, diagnostics: sorted }
    : { ok: true, plan, diagnostics: sorted };
}

/** The plan of a parsed file; meaningless where `diagnostics` has errors. */
async function checkTree(
  tree: YamlNode,
  content: string,
  options: CheckOptions,
  diagnostics: Diagnostics,
): Promise<Workplan | undefined> {
  const { file } = diagnostics.source;
  const layered = await layers(tree, options, diagnostics);
  if (layered !== undefined) tree = layered.tree;
  // What stands in a file that cannot be read would only be missed everywhere.
  if (diagnostics.failed) return undefined;
  const alerts = checkShape(tree, diagnostics);
  const environment = options.environment ?? ((name) => Deno.env.get(name));
  const head = readHead(tree, options.overrides ?? {}, environment, diagnostics);
  const entries = readEntries(get(tree, "steps"), head.names, diagnostics);
  using types = new StepTypes(options, layered?.fragments ?? [], diagnostics.source);
  types.start(entries);
  // One after the other, so that mistakes come in the order of the file and the last one ends it.
  for (const entry of entries) await types.load(entry, diagnostics);
  const order = orderEntries(entries, diagnostics);
  checkStepKeys(entries, diagnostics);
  bind(entries, diagnostics);
  // Parameters of each step are checked even where edges are broken, so that all mistakes show at once.
  const sound = order !== undefined && !diagnostics.failed;
  const ordered = order ?? entries;
  placeOnAxes(ordered, head, diagnostics);
  warnOfUnused(tree, entries, head, diagnostics);
  const schedule = await readSchedule(tree, options.checkSchedule, diagnostics);
  await checkAlerts(tree, entries.some((e) => e.own), options.checkMetric, diagnostics);
  const checked = sound ? ordered : ordered.filter((e) => e.type !== undefined).map(withoutEdges);
  const { tasks, skipped, live } = await expand(checked, head, diagnostics, options.memory);
  warnOfLimits(checked, live, diagnostics);
  placeModules(tasks, checked, options.root, types);
  await checkPublications(tasks, checked, options.root, diagnostics);
  const learned = await types.learned();
  return {
    file,
    root: options.root,
    name: text(get(tree, "name")) ?? file.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, ""),
    description: text(get(tree, "description")) ?? "",
    params: head.params,
    ...(head.names.env.length === 0 ? {} : { env: head.names.env }),
    tasks,
    skipped,
    source: content,
    ...(layered === undefined ? {} : kept(layered)),
    alerts,
    ...(schedule === undefined ? {} : { schedule }),
    ...(learned.length === 0 ? {} : { learned }),
  };
}

/** Paths of modules, which start at the folder of the file that names them, as paths from the root. */
function placeModules(tasks: Task[], entries: StepEntry[], root: string, types: StepTypes): void {
  for (const task of tasks) {
    const entry = entries.find(({ id }) => id === task.step)!;
    task.files = task.files.map((request) => {
      if (request.module !== true || !/^\.{1,2}\//.test(request.pattern)) return request;
      return { ...request, pattern: relative(root, join(types.folderOf(entry), request.pattern)) };
    });
  }
}

/** The file with what it includes and what lies over it; undefined where it is all there is. */
async function layers(
  tree: YamlNode,
  { root, folder, read, profiles, paramsFiles = [] }: CheckOptions,
  diagnostics: Diagnostics,
): Promise<{ tree: MapNode; fragments: Fragment[]; profiles: string[] } | undefined> {
  const names = profiles?.names ?? [];
  if (tree.kind !== "map") return undefined;
  if (get(tree, "include") === undefined && names.length + paramsFiles.length === 0) return undefined;
  const { readLayers } = await import("../layers/layers.ts");
  return await readLayers(tree, { root, folder, read, profiles, paramsFiles }, diagnostics);
}

/** What a plan tells of its layers. */
function kept({ fragments, profiles }: { fragments: Fragment[]; profiles: string[] }) {
  return {
    ...(fragments.length === 0 ? {} : { fragments }),
    ...(profiles.length === 0 ? {} : { profiles }),
  };
}

function checkStepKeys(entries: StepEntry[], diagnostics: Diagnostics): void {
  for (const entry of entries) {
    const permissions = entry.node.entries.get("permissions");
    if (permissions === undefined || entry.own || entry.uses === "") continue;
    diagnostics.error(permissions.key, `${entry.uses} has its permissions already`, {
      hint: "`permissions` is for your own steps: uses: ./my-step.ts",
    });
  }
}

function bind(entries: StepEntry[], diagnostics: Diagnostics): void {
  const outputs = new Map(entries.map((e) => [e.id, e.type?.outputs]));
  const makers = (type: string) =>
    entries.filter((e) => Object.values(outputs.get(e.id) ?? {}).includes(type)).map((e) => e.id);
  for (const entry of entries) {
    if (entry.type === undefined) continue;
    const step = { id: entry.id, uses: entry.uses, span: entry.key };
    const outputsOf = (id: string) => id === entry.id ? undefined : outputs.get(id);
    const before = diagnostics.list.length;
    entry.bindings = bindPorts(step, entry.type.ports, entry.from, outputsOf, makers, diagnostics);
    const open = diagnostics.list.length > before ||
      referencesOf(entry.from).some(({ step }) => outputsOf(step) === undefined);
    if (open) continue;
    const ports = Object.entries(entry.bindings).filter(([, { sources }]) => sources.length > 0);
    entry.connected = new Set(ports.map(([port]) => port));
  }
}

/** For checking parameters where the edges are broken. */
function withoutEdges(entry: StepEntry): StepEntry {
  return { ...entry, bindings: {}, axes: [...entry.ownAxes] };
}

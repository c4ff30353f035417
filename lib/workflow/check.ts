/** A workflow's text to a plan, or to all of its mistakes at once. */
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { readSchedule, type ScheduleChecker } from "./check_schedule.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { Diagnostics, Source, TooManyDiagnostics } from "./diagnostic.ts";
import { parseYaml } from "./document.ts";
import { expand } from "./expand.ts";
import { type FileHead, readHead } from "./file_head.ts";
import { workflowSchema } from "./grammar.ts";
import { addIssues } from "./issues.ts";
import type { Fragment, ReadFile } from "./layers/include.ts";
import type { ParamsFile, ProfileChoice } from "./layers/overlay.ts";
import { get, type MapNode, text, toJson, type YamlNode } from "./node.ts";
import { bindPorts } from "./ports.ts";
import type { StepRegistry } from "./step.ts";
import { orderEntries, readEntries, type StepEntry } from "./step_entry.ts";
import { jsonSchemaOf, type StepType, stepType, withChosenOutput } from "./step_type.ts";
import { checkPublications } from "./search/publish_overlap.ts";
import { suggestion } from "../text/suggest.ts";
import type { LearnedStep, StepMemory } from "./own/known_step.ts";
import { loadOwnStep, type OwnStep } from "./own/own_step.ts";
import type { Alert, Workplan } from "./workplan.ts";

/** What checking needs besides the text. */
export interface CheckOptions {
  registry: StepRegistry;
  /** Project root, absolute. */
  root: string;
  /** Folder of the workflow file, absolute: where `uses: ./step.ts` starts. */
  folder: string;
  /** `--param` values as written. */
  overrides?: Record<string, string>;
  /** Reads an environment variable; by default of this process. */
  environment?: (name: string) => string | undefined;
  /** Bytes of memory for steps; where missing, what steps declare is not held against anything. */
  memory?: () => number;
  /** Profiles that lie over the file's own values. */
  profiles?: ProfileChoice;
  /** Files of params, between the profiles and `overrides`. */
  paramsFiles?: readonly ParamsFile[];
  /** Reads a file that is included; by default from disk. */
  read?: ReadFile;
  /** Says what is wrong with `schedule:`; without it only the shape is checked. */
  checkSchedule?: ScheduleChecker;
  /** What earlier checks learned of the user's own steps. */
  stepMemory?: StepMemory;
}

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
  checkShape(tree, diagnostics);
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
  const checked = sound ? ordered : ordered.filter((e) => e.type !== undefined).map(withoutEdges);
  const { tasks, skipped } = await expand(checked, head, diagnostics, options.memory);
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
    // Judged by the grammar above; where it does not fit, diagnostics end the plan.
    alerts: (get(tree, "alerts") === undefined ? [] : toJson(get(tree, "alerts")!)) as unknown as Alert[],
    ...(schedule === undefined ? {} : { schedule }),
    ...(learned.length === 0 ? {} : { learned }),
  };
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
  const { readLayers } = await import("./layers/layers.ts");
  return await readLayers(tree, { root, folder, read, profiles, paramsFiles }, diagnostics);
}

/** What a plan tells of its layers. */
function kept({ fragments, profiles }: { fragments: Fragment[]; profiles: string[] }) {
  return {
    ...(fragments.length === 0 ? {} : { fragments }),
    ...(profiles.length === 0 ? {} : { profiles }),
  };
}

function checkShape(tree: YamlNode, diagnostics: Diagnostics): void {
  const value = toJson(tree);
  const result = workflowSchema.safeParse(value);
  const anchor = { start: tree.span.start, end: tree.span.start + 1 };
  if (!result.success) {
    addIssues(
      result.error.issues,
      { node: tree, value, shape: jsonSchemaOf(workflowSchema), label: "the workflow", anchor },
      diagnostics,
    );
  }
  // The one key that plain objects cannot show to the schema.
  for (const part of ["params", "matrix", "steps"]) {
    const map = get(tree, part);
    const named = map?.kind === "map" ? map.entries.get("__proto__") : undefined;
    if (named === undefined) continue;
    diagnostics.error(named.key, `"__proto__" cannot be a name`, {
      hint: "begin with a letter; letters, digits, - and _ follow",
    });
  }
  const steps = get(tree, "steps");
  if (steps?.kind === "map" && steps.entries.size === 0) {
    diagnostics.error(steps.span, "the workflow has no steps");
  }
  const alerts = get(tree, "alerts");
  for (const alert of alerts?.kind === "list" ? alerts.items : []) {
    if (alert.kind === "map" && get(alert, "below") === undefined && get(alert, "above") === undefined) {
      diagnostics.error(alert.span, "an alert needs a limit", { hint: "add `below:` or `above:`" });
    }
  }
}

/** Finds the step types that a file uses; each is loaded once. */
class StepTypes implements Disposable {
  readonly #options: CheckOptions;
  readonly #builtIn = new Map<string, Promise<StepType>>();
  readonly #own = new Map<string, Promise<OwnStep>>();
  /** Modules whose problem was told. */
  readonly #told = new Set<string>();
  readonly #fragments: readonly Fragment[];
  readonly #source: Source;

  constructor(options: CheckOptions, fragments: readonly Fragment[], source: Source) {
    this.#options = options;
    this.#fragments = fragments;
    this.#source = source;
  }

  /** Begins to load the user's own modules, all at the same time. */
  start(entries: StepEntry[]): void {
    for (const entry of entries) if (entry.own) void this.#ownStep(this.#moduleOf(entry));
  }

  /** Own steps start at the folder of the file that names them. */
  #moduleOf({ uses, usesSpan }: StepEntry): string {
    const { file } = this.#fragments.length === 0 ? { file: "" } : this.#source.locate(usesSpan);
    const fragment = this.#fragments.find((f) => f.file === file);
    const folder = fragment === undefined ? this.#options.folder : dirname(fragment.path);
    return pathToFileURL(join(folder, uses)).href;
  }

  #ownStep(module: string): Promise<OwnStep> {
    let loading = this.#own.get(module);
    if (loading === undefined) {
      const { root, stepMemory } = this.#options;
      this.#own.set(module, loading = loadOwnStep(module, root, stepMemory));
    }
    return loading;
  }

  async load(entry: StepEntry, diagnostics: Diagnostics): Promise<void> {
    if (entry.uses === "") return;
    if (entry.own) return await this.#loadOwn(entry, diagnostics);
    const { registry } = this.#options;
    const module = registry.moduleOf(entry.uses);
    if (module === undefined) {
      diagnostics.error(
        entry.usesSpan,
        `there is no step type "${entry.uses}"`,
        /\.[cm]?[jt]s$/.test(entry.uses)
          ? { hint: `for your own step write ./${entry.uses}` }
          : suggestion(entry.uses, registry.names),
      );
      return;
    }
    entry.module = module;
    let loading = this.#builtIn.get(entry.uses);
    if (loading === undefined) {
      this.#builtIn.set(entry.uses, loading = registry.load(entry.uses).then(stepType));
    }
    entry.type = chosen(entry, await loading);
  }

  async #loadOwn(entry: StepEntry, diagnostics: Diagnostics): Promise<void> {
    entry.module = this.#moduleOf(entry);
    const loaded = await this.#ownStep(entry.module);
    if ("problem" in loaded) {
      // It is the module's: once, not for each of a hundred steps that use it.
      if (this.#told.has(entry.module)) return;
      this.#told.add(entry.module);
      diagnostics.error(entry.usesSpan, `${entry.uses}: ${loaded.problem}`, { hint: loaded.hint });
    } else {
      entry.type = chosen(entry, loaded.type);
    }
  }

  /** What was learned of the user's own steps. */
  async learned(): Promise<LearnedStep[]> {
    const steps = await Promise.all(this.#own.values());
    return steps.flatMap((step) => "learned" in step ? step.learned() ?? [] : []);
  }

  [Symbol.dispose](): void {
    for (const loading of this.#own.values()) void loading.then((step) => "close" in step && step.close());
  }
}

function chosen({ with: { node } }: StepEntry, type: StepType): StepType {
  return withChosenOutput(type, node === undefined ? null : toJson(node));
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
    entry.bindings = bindPorts(step, entry.type.ports, entry.from, outputsOf, makers, diagnostics);
  }
}

/** A step lies on the axes it names and on those of its sources, less those it gathers. */
function placeOnAxes(order: StepEntry[], head: FileHead, diagnostics: Diagnostics): void {
  const byId = new Map(order.map((e) => [e.id, e]));
  const complete = order.every((e) => e.type !== undefined);
  for (const entry of order) {
    const sources = Object.entries(entry.bindings).flatMap(([port, b]) =>
      b.sources.map((s) => ({ ...s, port, arity: b.arity }))
    );
    const inherited = new Set(sources.flatMap((s) => byId.get(s.step)?.axes ?? []));
    const gathered = new Set(entry.over.map((o) => o.axis));
    for (const { axis, span } of entry.over) {
      if (entry.ownAxes.has(axis)) {
        diagnostics.error(span, `step "${entry.id}" gathers ${axis}, so it cannot use matrix.${axis} itself`);
      } else if (complete && !inherited.has(axis)) {
        diagnostics.error(span, `no input of step "${entry.id}" is expanded over ${axis}`);
      }
    }
    for (const source of sources) {
      const through = (byId.get(source.step)?.axes ?? []).filter((axis) => gathered.has(axis));
      if (through.length > 0 && source.arity !== "many") {
        diagnostics.error(
          source.span,
          `port ${source.port} of ${entry.uses} takes one artifact, but step "${source.step}" gives one for each ${
            through.join(" and ")
          }`,
          { hint: `remove \`over\`, or gather with a step that takes many, e.g. uses: summarize` },
        );
      }
    }
    entry.axes = head.names.matrix.filter((axis) =>
      (entry.ownAxes.has(axis) || inherited.has(axis)) && !gathered.has(axis)
    );
  }
}

function warnOfUnused(tree: YamlNode, entries: StepEntry[], head: FileHead, diagnostics: Diagnostics): void {
  const matrix = get(tree, "matrix");
  if (matrix?.kind !== "map" || entries.length === 0) return;
  const used = new Set(entries.flatMap((e) => [...e.ownAxes]));
  for (const axis of head.names.matrix) {
    if (used.has(axis)) continue;
    diagnostics.warning(
      matrix.entries.get(axis)!.key,
      `no step uses matrix axis ${axis}`,
      `use it as \${{ matrix.${axis} }}`,
    );
  }
}

/** For checking parameters where the edges are broken. */
function withoutEdges(entry: StepEntry): StepEntry {
  return { ...entry, bindings: {}, axes: [...entry.ownAxes] };
}

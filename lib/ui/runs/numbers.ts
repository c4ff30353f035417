/** The headline metrics of runs, for tables of many runs. Artifacts never change, so each is read once. */
import { type Metric, readMetricsFile } from "../../artifacts/metrics.ts";
import type { RunRecord } from "../../engine/mod.ts";
import { headlineTasks } from "../../schedule/numbers/measured_values.ts";
import type { Project } from "../project.ts";

/** Artifacts that are remembered. */
const KEPT = 5000;
/** Tasks of a run that are looked at. */
const TASKS = 4;

export type Numbers = Record<string, Metric>;

export class RunNumbers {
  readonly #known = new Map<string, Promise<Numbers>>();
  readonly #project: Project;

  constructor(project: Project) {
    this.#project = project;
  }

  /** Metrics by name; where several steps give one name, the first one's. */
  async of(run: RunRecord): Promise<Numbers> {
    const ids = headlineTasks(run.tasks).slice(0, TASKS)
      .flatMap(({ outputs }) => Object.values(outputs).filter(({ type }) => type === "Metrics"))
      .map(({ id }) => id);
    const read = await Promise.all(ids.map((id) => this.artifact(id, "Metrics")));
    return Object.assign({}, ...read.reverse());
  }

  /** Metrics of one artifact; none where it is gone or damaged: it must not hide the runs beside it. */
  artifact(id: string, type: string): Promise<Numbers> {
    let known = this.#known.get(id);
    if (known === undefined) {
      known = readMetricsFile(this.#project.folderOf(id), type).then(({ metrics }) => metrics, () => ({}));
      if (this.#known.size >= KEPT) this.#known.delete(this.#known.keys().next().value!);
      this.#known.set(id, known);
    }
    return known;
  }
}

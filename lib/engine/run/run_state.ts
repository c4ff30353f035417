/** What a run knows of its tasks so far. */
import type { StoredOutput } from "../store/action_record.ts";
import type { StepError } from "../step_error.ts";
import type { Layout } from "../system/layout.ts";
import type { TaskResult } from "../types.ts";
import type { Decision, KnownOutputs } from "./planner.ts";

export class RunState {
  readonly results = new Map<string, TaskResult>();
  readonly decisions = new Map<string, Decision>();
  /** Why no decision could be made, e.g. a missing file; the task fails with it when its turn comes. */
  readonly undecided = new Map<string, StepError>();
  readonly known: KnownOutputs = new Map();
  /** Folders of results that could not be stored, by content id. */
  readonly loose = new Map<string, string>();

  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  dirOf(output: StoredOutput): string {
    return this.loose.get(output.id) ?? this.#layout.artifact(output.id);
  }
}

/** A lineage of a study with folds, as the engine tells it. Test data only. */
import type { Lineage, LineageTask } from "../../lib/artifacts/lineage.ts";

/** @param folds Cells of the matrix. @param suffix Of every name. */
export function makeLineage({ folds = 3, suffix = "", empty = false } = {}): Lineage {
  const hash = (i: number) => i.toString(16).padStart(2, "0").repeat(32);
  const tasks: LineageTask[] = [];
  const add = (
    step: string,
    uses: string,
    type: string,
    from: string[],
    cell: LineageTask["cell"],
    params: object,
  ) => {
    const i = tasks.length + 1;
    const cells = Object.entries(cell).map(([axis, value]) => `${axis}=${value}`);
    const id = cells.length === 0 ? step : `${step}[${cells}]`;
    tasks.push({
      id,
      step,
      cell,
      uses,
      from,
      key: hash(i),
      outputs: { out: { type, id: hash(i + 100) } },
      made: {
        at: `2026-01-31T09:${String(i).padStart(2, "0")}:00.000Z`,
        seconds: 1.5 * i,
        params: { ...params },
        ...(uses === "train" ? { seed: 7 } : {}),
        code: hash(i + 50),
        files: uses === "load" ? { data: { count: 12, digest: hash(3) } } : {},
        environment: {},
      },
    });
    return id;
  };
  if (!empty) {
    const recordings = add(`recordings${suffix}`, "load", "Recordings", [], {}, {
      source: "csv",
      path: "data/*.csv",
    });
    const windows = add(`windows${suffix}`, "window", "Windows", [recordings], {}, { length: 100, hop: 50 });
    const judged = Array.from({ length: folds }, (_, fold) => {
      const model = add(`model${suffix}`, "train", "Model", [windows], { fold }, { epochs: 12 });
      return add(`metrics${suffix}`, "validate", "Metrics", [model, windows], { fold }, {
        of: `fold ${fold}`,
      });
    });
    add(`summary${suffix}`, "summarize", "Metrics", judged, {}, {});
  }
  const from = empty ? [] : [tasks.at(-1)!.id];
  tasks.push({ id: "report", step: "report", cell: {}, uses: "report", from, key: hash(99), outputs: {} });
  return {
    tasks,
    workflow: { name: `study${suffix}`, file: "study.yaml" },
    run: { id: "20260131-093000000-1f3a", started: "2026-01-31T09:30:00.000Z" },
    program: "0.1.0",
    runtime: { deno: "2.9.6", os: "linux", arch: "x86_64" },
    packages: ["onnxruntime-node@1.30.0", "zod@4.0.0"],
    commit: { id: hash(7).slice(0, 40), changed: 1, untracked: 2 },
  };
}

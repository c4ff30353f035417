/** The artifacts that a report is made from, found by their type. */
import { type ArtifactType, type Json, readAnyHeader } from "../artifacts/artifact.ts";
import type { Lineage } from "../artifacts/lineage.ts";
import { storedArtifact } from "../artifacts/stored.ts";
import { InputError } from "../errors.ts";

/** One artifact, as the `report` step describes it to the notebook. */
export interface Source {
  /** Id of the step that made it. */
  step: string;
  /** Matrix cell, e.g. `{ fold: 2 }`; empty outside a matrix. */
  cell: Record<string, Json>;
  /** Name of the artifact type. */
  type: string;
  dir: string;
}

/** One artifact by its content id, as an executed report names it. */
export type StoredSource = Omit<Source, "dir"> & { id: string };

/** How all artifacts were made, as a list of inputs holds it beside them. */
export interface StatedLineage {
  lineage: Lineage;
}

/** A type whose values can be read: of an artifact, or of the facts that one states. */
type Readable<T> = Pick<ArtifactType<T>, "name" | "read"> & Partial<Pick<ArtifactType<T>, "write">>;

/** One artifact with its value. */
export interface Loaded<T> extends Source {
  value: T;
}

/**
 * Reads artifacts for the sections of a report.
 *
 * ```ts
 * import { Sources } from "./sources.ts";
 * import { Metrics } from "../artifacts/metrics.ts";
 * import assert from "node:assert/strict";
 * assert.equal(await new Sources([]).first(Metrics), undefined);
 * ```
 */
export class Sources {
  readonly list: readonly Source[];
  /** How they were made; absent where no workflow made them, or nobody asked. */
  readonly lineage: Lineage | undefined;
  readonly #facts = new Map<Readable<any>, Map<string, Promise<unknown>>>();

  constructor(list: readonly Source[], lineage?: Lineage) {
    this.list = list;
    this.lineage = lineage;
  }

  /**
   * Sources from the JSON that is injected into a notebook; also takes folders that `publish:` wrote, so that a
   * notebook can be opened in Jupyter without a workflow. Content ids are looked for in the project that the working
   * directory lies in. An item may state how all of them were made.
   *
   * @throws {InputError} when there is nothing to report on, or a folder or the project's store holds no such artifact.
   */
  static async open(inputs: readonly (Source | StoredSource | StatedLineage | string)[]): Promise<Sources> {
    const states = (item: typeof inputs[number]) => typeof item !== "string" && "lineage" in item;
    const list = inputs.filter((item) => !states(item)) as (Source | StoredSource | string)[];
    if (list.length === 0) {
      throw new InputError("Cannot report: the notebook has no inputs", {
        hint: "Give it a run: notebook FILE --run latest; or name folders of artifacts in `inputs`.",
      });
    }
    const sources = await Promise.all(list.map(async (item) => {
      if (typeof item !== "string") {
        return "dir" in item ? item : { ...item, dir: storedArtifact(item.id, Deno.cwd()) };
      }
      const { type } = await readAnyHeader(item);
      return { step: item, cell: {}, type, dir: item };
    }));
    const { lineage } = (inputs.find(states) ?? {}) as Partial<StatedLineage>;
    return new Sources(sources, lineage);
  }

  /** All artifacts of a type, in the order of the workflow. */
  async all<T>(type: Readable<T>, keep: (source: Source) => boolean = () => true): Promise<Loaded<T>[]> {
    const found = this.list.filter((source) => source.type === type.name && keep(source));
    return await Promise.all(
      found.map(async (source) => ({ ...source, value: await this.#read(type, source.dir) })),
    );
  }

  /** The first artifact of a type, preferring one outside any matrix; `undefined` when there is none. */
  async first<T>(type: Readable<T>): Promise<Loaded<T> | undefined> {
    const found = this.list.filter((source) => source.type === type.name);
    const source = found.find(({ cell }) => Object.keys(cell).length === 0) ?? found[0];
    return source === undefined ? undefined : { ...source, value: await this.#read(type, source.dir) };
  }

  /**
   * Facts are read once for all sections: what each of them threw away would wait to be collected. Whole values are not kept,
   * as their arrays may fill the memory.
   */
  #read<T>(type: Readable<T>, dir: string): Promise<T> {
    if (type.write !== undefined) return type.read(dir);
    const known = this.#facts.get(type) ?? new Map<string, Promise<unknown>>();
    this.#facts.set(type, known);
    if (!known.has(dir)) known.set(dir, type.read(dir));
    return known.get(dir) as Promise<T>;
  }

  /** Says which cell is shown where there are several artifacts of its type; `undefined` where there is no choice. */
  cellNote(shown: Source): string | undefined {
    const all = this.list.filter((source) => source.type === shown.type);
    if (all.length < 2 || Object.keys(shown.cell).length === 0) return undefined;
    return `Shown: ${
      sourceName(shown)
    }, one of ${all.length} cells of the matrix; its training subjects are included.`;
  }
}

/** `summary` or `metrics (fold 2)`. */
export function sourceName({ step, cell }: Pick<Source, "step" | "cell">): string {
  const entries = Object.entries(cell).map(([axis, value]) =>
    `${axis} ${typeof value === "string" ? value : JSON.stringify(value)}`
  );
  return entries.length === 0 ? step : `${step} (${entries.join(", ")})`;
}

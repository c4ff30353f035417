/** Metrics whose tables a section shows. */
import type { Json } from "../artifacts/artifact.ts";
import { Metrics } from "../artifacts/metrics.ts";
import type { Loaded, Sources } from "./sources.ts";

/** All metrics that have rows in the table `name`; `undefined` where there are none. */
export async function withTable(sources: Sources, name: string): Promise<Loaded<Metrics>[] | undefined> {
  const found = (await sources.all(Metrics)).filter(({ value }) => (value.tables[name]?.length ?? 0) > 0);
  return found.length === 0 ? undefined : found;
}

/** The number in a cell; `null` for anything else. */
export const numberOf = (value: Json | undefined) => typeof value === "number" ? value : null;

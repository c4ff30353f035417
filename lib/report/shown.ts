/** What a section says of the artifact that it shows. */
import type { Origin } from "../artifacts/artifact.ts";
import { BehaviourFacts } from "../artifacts/behaviours.ts";
import { readDataFacts } from "./data_facts.ts";
import type { Source, Sources } from "./sources.ts";
import { type Fragment, note } from "./table.ts";

/** Says which cell of a matrix is shown, where there is a choice. */
export function cellNote(sources: Sources, shown: Source): Fragment | undefined {
  const text = sources.cellNote(shown);
  return text === undefined ? undefined : note(text);
}

/** Origin of the data behind codes and motifs, as far as the report knows it. */
export async function originOf(sources: Sources): Promise<Origin> {
  const data = await readDataFacts(sources);
  return data?.recordings.origin ?? (await sources.first(BehaviourFacts))?.value.origin ?? "measured";
}

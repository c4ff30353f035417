/** What each behaviour looks like, with what is known of it. */
import { Behaviours } from "../../artifacts/behaviours.ts";
import { Metrics } from "../../artifacts/metrics.ts";
import { recordingsFolder } from "../data_facts.ts";
import { movementFigure } from "../figures/movement.ts";
import { readMovements } from "../movement_excerpts.ts";
import { typesetNumber } from "../../text/typeset.ts";
import { percent } from "../../text/numbers.ts";
import { defineSection } from "../section.ts";
import { cellNote } from "../shown.ts";
import type { Loaded, Sources } from "../sources.ts";
import { type Fragment, note, stack, table, type TableCell } from "../table.ts";

/** More behaviours than this are listed, but not drawn. */
const MOST = 24;

export default defineSection({
  id: "movement",
  title: "Movement",
  needs: async (sources) => {
    const found = await sources.first(Behaviours);
    const folder = recordingsFolder(sources);
    return found === undefined || folder === undefined || found.value.bouts.length === 0
      ? undefined
      : { found, folder };
  },
  missing: "No behaviours with their recordings are connected to this report.",
  draw,
});

/** A table of all behaviours, then the signals of each. */
async function draw(
  { found, folder }: { found: Loaded<Behaviours>; folder: string },
  sources: Sources,
): Promise<Fragment> {
  const behaviours = found.value;
  const judged = (await sources.all(Metrics)).flatMap(({ value }) => value.heldOut?.subjects ?? []);
  const first = [...new Set(judged)];
  const set = await readMovements(folder, behaviours, { first });
  const used = Map.groupBy(behaviours.bouts, ({ label }) => label);
  const drawn = set.movements
    .sort((a, b) => seconds(used.get(b.id)) - seconds(used.get(a.id)))
    .slice(0, MOST);
  return stack(
    cellNote(sources, found),
    cards(behaviours),
    first.length > 0 &&
      note(
        `Bouts are shown of held-out subjects first: ${first.slice(0, 12).join(", ")}${
          first.length > 12 ? ", …" : ""
        }.`,
      ),
    ...drawn.map((movement) => movementFigure(set, movement, behaviours.names[movement.id]!)),
    set.movements.length > MOST &&
      note(`The ${MOST} behaviours of the most time are drawn, of ${set.movements.length}.`),
  );
}

/** One line a behaviour: use, bouts, label, neighbours, who shows it. */
function cards({ names, bouts, dictionary, transitions, usage, notes }: Behaviours): Fragment {
  const everyone = new Set(bouts.map(({ subject }) => subject)).size;
  const rows = names.map((name, id): TableCell[] => {
    const own = bouts.filter(({ label }) => label === id);
    const use = usage?.find((u) => u.id === id);
    const known = dictionary.find((d) => d.id === id);
    return [
      notes?.[id] ? `${name} (${notes[id]})` : name,
      use === undefined ? null : percent(use.timeShare),
      own.length,
      use?.duration?.median === null || use?.duration === null || use === undefined
        ? "–"
        : `${typesetNumber(use.duration.median)} s`,
      known?.label === null || known === undefined
        ? "–"
        : `${known.label}, ${percent(known.purity ?? NaN, 0)}`,
      neighbor(names, transitions?.rows[id]),
      `${new Set(own.map(({ subject }) => subject)).size} of ${everyone}`,
    ];
  });
  return table(
    ["behaviour", "time", "bouts", "median bout", "label, purity", "followed by", "subjects"],
    rows,
  );
}

function neighbor(names: readonly string[], row: readonly number[] | undefined): string {
  if (row === undefined) return "–";
  const best = row.reduce((at, share, i) => share > row[at]! ? i : at, 0);
  return (row[best] ?? 0) > 0 ? `${names[best]}, ${percent(row[best]!, 0)}` : "–";
}

function seconds(bouts: readonly { duration: number }[] = []): number {
  return bouts.reduce((sum, { duration }) => sum + duration, 0);
}

/** A card for each behaviour: what is known of it, and what it looks like. */
import { BehaviourFacts } from "../../artifacts/behaviours.ts";
import { MotifFacts } from "../../artifacts/motifs.ts";
import { behaviourColor } from "../behaviours/color.ts";
import { type BehaviourCard, behaviourCards } from "../behaviours/cards.ts";
import { recordingsFolder } from "../data_facts.ts";
import { movementFigure } from "../figures/movement.ts";
import { testSubjectsOf } from "../behaviours/held_out.ts";
import { readMovements } from "../behaviours/movement_excerpts.ts";
import { type Html, markup } from "../../text/html.ts";
import { NAME_PURITY } from "../../temporal/describe.ts";
import { percent } from "../../text/numbers.ts";
import { keyStyle } from "../plot.ts";
import { defineSection } from "../section.ts";
import { cellNote } from "../shown.ts";
import type { Loaded, Sources } from "../sources.ts";
import { Fragment, note, stack } from "../table.ts";

/** More behaviours than this have their facts, but are not drawn. */
const MOST = 24;

export default defineSection({
  id: "movement",
  title: "Movement",
  needs: async (sources) => {
    const found = await sources.first(BehaviourFacts);
    return found === undefined || found.value.bouts.length === 0 ? undefined : found;
  },
  missing: "No behaviours are connected to this report.",
  draw,
});

/** The cards, those of most time first. */
async function draw(found: Loaded<BehaviourFacts>, sources: Sources): Promise<Fragment> {
  const behaviours = found.value;
  const { subjects: heldOut, remark } = await testSubjectsOf(sources, found);
  const folder = recordingsFolder(sources);
  const set = folder === undefined
    ? undefined
    : await readMovements(folder, behaviours, { first: [...heldOut] });
  const [motifs] = await sources.all(
    MotifFacts,
    ({ cell }) => JSON.stringify(cell) === JSON.stringify(found.cell),
  );
  const cards = behaviourCards(behaviours, { heldOut, motifs: motifs?.value });
  const color = behaviourColor(behaviours);
  return stack(
    cellNote(sources, found),
    note(remark),
    note(
      `A behaviour bears a label's name where at least ${
        percent(NAME_PURITY, 0)
      } of its labelled windows have that ` +
        "label; else it keeps its number.",
    ),
    ...cards.map((card, rank) => {
      const movement = set && rank < MOST ? set.movements.find(({ id }) => id === card.id) : undefined;
      const figure = set && movement && movementFigure(set, movement, card.name, heldOut);
      return cardOf(card, color(card.id), figure && markup`${figure}`);
    }),
    set !== undefined && cards.length > MOST &&
      note(`The ${MOST} behaviours of the most time are drawn, of ${cards.length}.`),
    folder === undefined &&
      note("No recordings are connected to this report: nothing of the signal can be drawn."),
  );
}

function cardOf({ id, name, facts }: BehaviourCard, color: string, figure: Html | undefined): Fragment {
  const items = facts.map(([what, value]) => markup`<div><dt>${what}</dt><dd>${value}</dd></div>`);
  return new Fragment(
    markup`<section class="card" aria-label="${name}"><h4 id="behaviour-${id}"><i style="${keyStyle};background:${color}"></i>${name}</h4>
<dl>${items}</dl>
${figure}</section>`,
  );
}

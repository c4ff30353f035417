/** The law that what columns that nobody reads may mean is said. */
import { listed, type Notes } from "./notes.ts";
import type { Table } from "../table.ts";

/** Larger files are not read twice for the sake of a hint. */
const most = 16 << 20;

/**
 * Notes the columns that were left out, and what those of confidences and flags are good for.
 *
 * @param leftOut Their names.
 */
export async function warnOfUnused(
  leftOut: readonly string[],
  table: Table,
  size: number | undefined,
  { label, confidence }: { label?: unknown; confidence?: unknown },
  notes: Notes,
): Promise<void> {
  notes.add(
    "Columns that are no sensors by their names were left out (name them under sensors to use them)",
    listed(leftOut),
  );
  const unsure = leftOut.filter((name) => /likelihood$|confidence$|_prob$/i.test(name));
  if (unsure.length > 0 && confidence === undefined) {
    const ending = /[a-z]+$/i.exec(unsure[0])![0];
    notes.add(
      `${
        listed(unsure)
      } tell where samples are not to be trusted, and nobody asks them; set confidence: { columns: ` +
        `"${ending}$", below: 0.6 } to take those for missing`,
    );
  }
  if (label !== undefined || leftOut.length < 2 || !((size ?? 0) < most)) return;
  const places = leftOut.map((name) => table.header!.indexOf(name));
  const { values, rows } = await table.read({ values: places, texts: [], missing: "gap", onBad: "gap" });
  const flags = leftOut.filter((_, k) => {
    let ones = 0;
    for (let i = 0; i < rows; i++) {
      const value = values[i * places.length + k];
      if (value === 1) ones++;
      else if (value !== 0) return false;
    }
    return ones > 0 && ones < rows;
  });
  if (flags.length > 1) {
    notes.add(
      `${listed(flags)} hold 0 and 1 as flags of classes do; set label: { from: flags, columns: [${
        flags.join(", ")
      }] } where they are labels`,
    );
  }
}

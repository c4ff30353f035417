/** Which subjects of a report's behaviours were strangers to what made them. */
import { Model } from "../../artifacts/model.ts";
import { Split } from "../../artifacts/split.ts";
import type { Source, Sources } from "../sources.ts";

/** What is known of the subjects behind an artifact. */
export interface TestSubjects {
  /** Subjects of the test part. */
  subjects: ReadonlySet<string>;
  /** One sentence for readers. */
  remark: string;
}

const sameCell = (a: Source["cell"], b: Source["cell"]) => JSON.stringify(a) === JSON.stringify(b);

/**
 * The held-out subjects of an artifact, by the split of the same cell of the matrix. Those of another cell are strangers
 * to another model.
 */
export async function testSubjectsOf(sources: Sources, shown: Source): Promise<TestSubjects> {
  const [split] = await sources.all(Split, ({ cell }) => sameCell(cell, shown.cell));
  if (split !== undefined && !split.value.leaks && !split.value.sharesSubjects) {
    const { test } = split.value.groups;
    return test.length === 0
      ? { subjects: new Set(), remark: "Nobody here is held out: the model was fitted on these subjects." }
      : {
        subjects: new Set(test),
        remark: `Held-out subjects, marked "test", come first: ${listed(test)}.`,
      };
  }
  const [model] = await sources.all(Model, ({ cell }) => sameCell(cell, shown.cell));
  const trained = model?.value.training.subjects.length ?? 0;
  return {
    subjects: new Set(),
    remark: split !== undefined
      ? "Nobody here is held out: the split shares subjects between training and test."
      : `The split of these behaviours is not connected to this report, so nobody is marked as held out${
        trained > 0 ? `; the model was fitted on ${trained} subjects` : ""
      }.`,
  };
}

function listed(names: readonly string[]): string {
  return names.slice(0, 12).join(", ") + (names.length > 12 ? ` and ${names.length - 12} more` : "");
}

/** What marks a held-out subject or recording in a figure. */
export const heldOutMark = " · test";

/** Split: which windows are for training, validation and test. */
import { join } from "../path.ts";
import { z } from "zod";
import { InputError } from "../errors.ts";
import type { ArtifactType, Json } from "./artifact.ts";
import { readHeader, writeHeader } from "./artifact.ts";
import { readNpy, writeNpy } from "./npy.ts";
import { freeObject, objectOf, readJson } from "./read_json.ts";
import { writeJson } from "./write_json.ts";

/** Values of `Split.part`. */
export const Part = { unused: 0, train: 1, validation: 2, test: 3 } as const;
export type Part = (typeof Part)[keyof typeof Part];

export interface Split {
  /** uint8 `[N]` of {@linkcode Part}. */
  part: Uint8Array;
  /** The rule in words, e.g. `by subject, fold 1 of 5`. */
  rule: string;
  /** Whether training and test windows share samples, or subjects although the rule promises held-out ones. */
  leaks: boolean;
  /** The rule lets people be in several parts: by time, by recording. */
  sharesSubjects: boolean;
  /** Groups (subjects, or time blocks) by part. */
  groups: { train: string[]; validation: string[]; test: string[] };
  /** For people: fold, folds, seed, purge, embargo. */
  details: { [key: string]: Json };
}

const groups = z.array(z.string());
const splitSchema = () =>
  objectOf<Omit<Split, "part">>({
    rule: z.string(),
    leaks: z.boolean(),
    sharesSubjects: z.boolean(),
    groups: z.object({ train: groups, validation: groups, test: groups }),
    details: freeObject,
  });

/** Files: `split.npy`, `split.json`. */
export const Split: ArtifactType<Split> = {
  name: "Split",
  version: 2,
  summary: "Training, validation and test parts of windows",
  async write(dir, { part, ...json }) {
    await writeNpy(join(dir, "split.npy"), part);
    await writeJson(dir, "split.json", json, splitSchema, "Split");
    await writeHeader(dir, { type: "Split", version: 2, meta: { rule: json.rule, leaks: json.leaks } });
  },
  async read(dir) {
    await readHeader(dir, "Split", 2);
    const file = join(dir, "split.npy");
    const part = (await readNpy(file, Uint8Array, [null])).data;
    const wrong = part.findIndex((value) => value > Part.test);
    if (wrong >= 0) {
      throw new InputError(`Cannot read Split: value ${part[wrong]} of window ${wrong} is no part (0 to 3)`, {
        file,
      });
    }
    return { part, ...await readJson(dir, "split.json", splitSchema, "Split") };
  },
};

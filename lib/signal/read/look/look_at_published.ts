/** Looks for public data sets that `load` knows by name, as their authors publish them. */
import type { Recordings } from "../../../artifacts/recordings.ts";
import { InputError } from "../../../errors.ts";
import { describeRecordings } from "../../describe_recordings.ts";
import { assessQuality } from "../../quality.ts";
import { dataFiles } from "../archive.ts";
import type { ReadContext } from "../reader.ts";
import hapt from "../sources/hapt.ts";
import spSwHar from "../sources/sp_sw_har.ts";
import umafall from "../sources/umafall.ts";
import { type FolderSeen, numbersOf } from "./seen.ts";

/** Files that nothing else has, and what a first study of each set asks for beside its source. */
const known = [
  {
    reader: hapt,
    mark: /(^|\/)RawData\/acc_exp\d+_user\d+\.txt$/,
    params: { gravity: true, keep_labels: "basic" },
  },
  { reader: spSwHar, mark: /(^|\/)s\d\d_\d\d_s[pw]\.csv$/, params: { rate: 50, gravity: true } },
  { reader: umafall, mark: /(^|\/)UMAFall_Subject_\d+_(ADL|Fall)_[^/]*_\d+_20\d\d-[^/]*\.csv$/, params: {} },
] as const;

/** @returns Undefined where there is no file of one, or where its files are not as its authors publish them. */
export async function lookAtPublished(paths: readonly string[]): Promise<FolderSeen | undefined> {
  const [first] = await dataFiles(paths, (name) => known.some(({ mark }) => mark.test(name)));
  if (first === undefined) return undefined;
  const { reader, params } = known.find(({ mark }) => mark.test(first.name))!;
  const { source, published } = reader;
  const warnings: string[] = [];
  const context: ReadContext = {
    paths,
    progress: () => {},
    warn: (text) => warnings.push(text),
    measured: () => {},
  };
  const given = { source, ...params };
  const read = reader.read as (params: unknown, context: ReadContext) => Promise<Recordings>;
  let set: Recordings;
  try {
    set = await read(reader.params.parse({ ...given, path: paths[0] }), context);
  } catch (cause) {
    if (cause instanceof InputError) return undefined;
    throw cause;
  }
  const { quality } = assessQuality(set);
  return {
    uses: "load",
    params: given,
    facts: [
      `${published!.name}; cite ${published!.citation}; licence: ${published!.licence}`,
      ...describeRecordings(set, { ...quality, rateSource: "stated" }),
      ...warnings,
    ],
    guesses: [],
    open: [],
    data: numbersOf(set, quality.subjects),
  };
}

/** The law that files which are passed over are counted and named. */
import type { DataFile } from "../archive.ts";
import { listed } from "./notes.ts";

/** Files that tell about data and hold none. */
const aboutData = new RegExp(
  "(^|/)(read_?me|licen[cs]e|copying|changelog|citation)\\b[^/]*$" +
    "|(^|/)(notes?|about|description|metadata|meta|devices?|device_info|info|manifest|checksums?|sha256sums?|md5)\\.[^/]*$" +
    "|(^|/)(activity|activities|class|label|behaviou?r)s?[_ -]?(labels?|names?|key|map|codes?)\\.[^/]*$" +
    "|(^|/)(meta|metadata|docs?)/",
  "i",
);

/** Converters of their makers, by the ending of files that only those read. */
const converters: Record<string, string> = {
  gt3x: "load them with source: device",
  cwa: "load them with source: device",
  bin: "load GENEActiv's with source: device; of others the maker's program writes .csv",
  xlsx: "load it by source: excel",
  xls: "save it as .xlsx or CSV",
  json: "load it by source: json",
  jsonl: "load it by source: json",
  ndjson: "load it by source: json",
  mat: "load it by source: npy",
  h5: "load it by source: npy",
  hdf5: "load it by source: npy",
  bag: "rostopic echo -p writes .csv",
  npz: "load it by source: npy",
  npy: "load it by source: npy",
  parquet: "load it by source: parquet",
};

const unpack = "unpack it, or pack its files as .zip";
for (const ending of ["tar", "tar.gz", "tgz", "tar.bz2", "tar.xz", "7z", "rar"]) converters[ending] = unpack;
for (const ending of ["feather", "arrow", "pkl", "pickle", "sav", "rds", "rdata"]) {
  converters[ending] = "write it as .parquet or .csv";
}
for (const ending of ["edf", "bdf", "c3d", "fit", "db3", "mcap"]) {
  converters[ending] = "its maker's program writes .csv";
}

const endingOf = (name: string) =>
  /\.([A-Za-z0-9]+(?:\.(?:gz|bz2|xz))?)$/.exec(name)?.[1].toLowerCase() ?? "";

/** Counts what is passed over. */
export class PassedOver {
  readonly #others: string[] = [];
  readonly #about: string[] = [];
  readonly #lists: string[] = [];
  readonly #unmatched: string[] = [];

  /** A file that no reader of this source can read. */
  add(name: string): void {
    if (!/(^|\/)\.[^/]*$/.test(name)) this.#others.push(name);
  }

  /**
   * The files to read: those that match the pattern, or, without one, all that hold data by their names; and those that
   * the user asked for by another pattern.
   */
  among(
    files: readonly DataFile[],
    pattern: RegExp | undefined,
    asked?: (name: string) => boolean,
  ): DataFile[] {
    const wanted = files.filter((f) =>
      asked?.(f.name) === true
        ? true
        : pattern === undefined
        ? !aboutData.test(f.name) && !isList(f, files)
        : pattern.test(f.name)
    );
    if (pattern === undefined && wanted.length === 0) return [...files];
    for (const file of files) {
      if (wanted.includes(file)) continue;
      if (pattern !== undefined) this.#unmatched.push(file.name);
      else if (isList(file, files)) this.#lists.push(file.name);
      else this.#about.push(file.name);
    }
    return wanted;
  }

  sentences(): string[] {
    const texts: string[] = [];
    if (this.#others.length > 0) {
      const endings = Map.groupBy(this.#others, endingOf);
      texts.push(
        `Left out ${this.#others.length} files that this source does not read (${
          [...endings].map(([e, names]) => `${names.length} × ${e === "" ? "no ending" : `.${e}`}`).join(", ")
        }): ${listed(this.#others)}`,
      );
    }
    if (this.#about.length > 0) {
      texts.push(`Left out files that tell about the data by name or content: ${listed(this.#about)}`);
    }
    for (const name of this.#lists) {
      texts.push(
        `${name} is a list of the files and was left out; metadata: { files: "${
          name.replaceAll(".", "\\\\.")
        }" } joins it, and { from: metadata, column: <column> } under label and subject takes them from there`,
      );
    }
    if (this.#unmatched.length > 0) {
      texts.push(
        `Left out ${this.#unmatched.length} files that do not match files: ${listed(this.#unmatched)}`,
      );
    }
    return texts;
  }

  /** What would make the files readable. */
  hint(): string | undefined {
    const ending = this.#others.map(endingOf).find((e) => converters[e] !== undefined);
    return ending === undefined ? undefined : `For .${ending}: ${converters[ending]}.`;
  }
}

/** Whether a small file names most of the others: a list of them. */
export function isList(file: DataFile, files: readonly DataFile[]): boolean {
  if (files.length < 2 || files.length > 10_000) return false;
  if (file.size !== undefined && file.size > 1 << 20) return false;
  if (
    !/label|list|index|subject|participant|people|person|session|info|annot|split|train|test|files?|key/i
      .test(file.name)
  ) {
    return false;
  }
  const text = new TextDecoder().decode(file.read());
  if (text.length > 1 << 20) return false;
  const stem = (name: string) => name.replace(/^.*\//, "").replace(/\.[^.]*$/, "");
  const others = files.filter((f) => f !== file).map((f) => stem(f.name));
  return others.filter((name) => name.length > 1 && text.includes(name)).length > 0.5 * others.length;
}

/**
 * The file that names behaviours: a small YAML, written by hand, by `smooth` (as `names.yaml`, to start from) and by
 * programs that let people name what they see. Numbers of behaviours go by frequency, so that a number alone would name
 * another behaviour after every refit. An entry is therefore keyed by a name that labels gave, or by a number together
 * with the fit it belongs to and moments at which the behaviour was seen.
 */
import { Document, isSeq, parseDocument, visit } from "yaml";
import { z } from "zod";
import { InputError } from "../errors.ts";

/** One behaviour. */
export interface NamedBehaviour {
  name: string;
  /** CSS colour `#rrggbb` for figures. */
  color?: string;
  note?: string;
  /** Windows that it held when the file was written; 1 where left out. */
  windows?: number;
  /** Start of windows that it held, in seconds by recording. */
  seen?: Record<string, number[]>;
}

/** The file. */
export interface NamesFile {
  version: 1;
  /** Fingerprint of the fit whose numbers the keys `motif N` and `state N` are. */
  fit?: string;
  /** By key: a name that labels gave, `motif N` or `state N`. */
  behaviours: Record<string, NamedBehaviour>;
}

const text = z.string().trim().min(1);
const schema = z.strictObject({
  version: z.literal(1),
  fit: text.optional(),
  behaviours: z.record(
    text,
    z.preprocess(
      (value) => typeof value === "string" ? { name: value } : value,
      z.strictObject({
        name: text,
        color: z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as "#4477aa"').optional(),
        note: z.string().optional(),
        windows: z.int().min(1).optional(),
        seen: z.record(z.string(), z.array(z.number().min(0))).optional(),
      }),
    ),
  ),
});

/** Whether a key is a number of a fit rather than a name. */
export function isNumberKey(key: string): boolean {
  return /^(motif|state) \d+$/.test(key);
}

/**
 * Reads a names file; `sleep: Sleeping` is short for `sleep: { name: Sleeping }`.
 *
 * ```ts
 * import assert from "node:assert/strict";
 * const file = parseNames("version: 1\nbehaviours: { sleep: Sleeping, run: { name: Running, color: '#cc3311' } }");
 * assert.equal(file.behaviours.sleep.name, "Sleeping");
 * assert.equal(file.behaviours.run.color, "#cc3311");
 * ```
 *
 * @param file Its name, for messages.
 * @throws {InputError} with all problems; for two behaviours of one name too.
 */
export function parseNames(content: string, file = "names.yaml"): NamesFile {
  const document = parseDocument(content);
  if (document.errors.length > 0) {
    throw new InputError(`Cannot read names: ${document.errors.map(({ message }) => message).join("; ")}`, {
      file,
    });
  }
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) =>
      `${path.length === 0 ? "" : `${path.join(".")}: `}${message}`
    );
    throw new InputError(`Cannot read names: ${problems.join("; ")}`, {
      file,
      hint: 'Write e.g. `version: 1` and `behaviours: { "motif 0": { name: resting, color: "#4477aa" } }`.',
    });
  }
  const names = Object.values(parsed.data.behaviours).map(({ name }) => name);
  const twice = names.filter((name, i) => names.indexOf(name) < i);
  if (twice.length > 0) {
    throw new InputError(`Cannot read names: "${twice[0]}" names two behaviours`, {
      file,
      hint: "Give each behaviour a name of its own.",
    });
  }
  return parsed.data;
}

const head = `# Names of behaviours: change name, color and note, and give this file to \`smooth\` as names.
# Leave fit, windows and seen as they are: they tell which behaviour is meant after the motifs were fitted anew.
`;

/** A names file as text; what {@linkcode parseNames} reads back. */
export function formatNames(file: NamesFile): string {
  const document = new Document(file);
  visit(document, (_, node) => {
    if (isSeq(node)) node.flow = true;
  });
  return head + document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/**
 * Files at places that a person names. What we wrote is known by its seal, a digest of the whole text that stands in it:
 * so it may be replaced, what somebody changed since is kept under another name, and what is not ours stays.
 */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { InputError } from "../errors.ts";

const mark = "motiflow-seal:";

/** Stands in a text where its seal will be. */
export const sealPlace: string = mark + "0".repeat(64);

/** The text with its seal, at the last {@linkcode sealPlace} in it. */
export function sealed(text: string): string {
  const at = text.lastIndexOf(sealPlace);
  return at < 0 ? text : text.slice(0, at) + mark + digest(text) + text.slice(at + sealPlace.length);
}

/** Whose a text is: ours as we wrote it, ours and changed since, or not ours. */
export type Owner = "ours" | "changed" | "foreign";

/** Reads the last seal in a text. */
export function ownerOf(text: string): Owner {
  const found = [...text.matchAll(/motiflow-seal:([0-9a-f]{64})/g)].at(-1);
  if (found === undefined) return "foreign";
  const blank = text.slice(0, found.index) + sealPlace + text.slice(found.index + sealPlace.length);
  return digest(blank) === found[1] ? "ours" : "changed";
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** How a file is told to be ours. */
type Judge = (text: string) => Owner;

/**
 * Looks at a place where a file is to be written.
 *
 * @param judge By the seal when left out.
 * @returns undefined where nothing is.
 * @throws {InputError} where something is in the way that is not ours.
 */
export async function lookAt(path: string, judge: Judge = ownerOf): Promise<"ours" | "changed" | undefined> {
  const refuse = (why: string) =>
    new InputError(`Cannot write ${path}: ${why}`, { hint: "Move it away, or write elsewhere." });
  let info: Deno.FileInfo;
  try {
    info = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (info.isSymlink) throw refuse("it is a link");
  if (!info.isFile) throw refuse("a folder is there");
  const owner = judge(new TextDecoder().decode(await Deno.readFile(path)));
  if (owner === "foreign") throw refuse("it is there and was not written by this program");
  return owner;
}

/**
 * Writes a file as a whole, with its seal.
 *
 * @returns The name under which the old file is kept, where somebody had changed it.
 * @throws {InputError} where something is in the way that is not ours; then nothing was touched.
 */
export async function writeOwn(path: string, text: string, judge?: Judge): Promise<string | undefined> {
  const found = await lookAt(path, judge);
  await Deno.mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.tmp`);
  try {
    await Deno.writeTextFile(temporary, sealed(text), { createNew: true });
    const aside = found === "changed" ? await keepAside(path) : undefined;
    await Deno.rename(temporary, path);
    return aside;
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

async function keepAside(path: string): Promise<string> {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  for (let i = 1;; i++) {
    const aside = `${path}.edited-${stamp}${i === 1 ? "" : `-${i}`}`;
    // A link, unlike a rename, never replaces what is there.
    try {
      await Deno.link(path, aside);
      return aside;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}

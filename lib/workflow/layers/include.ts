/**
 * `include:` of a workflow file: steps, params, axes, environment, profiles and alerts of other files, as if they stood
 * in it. What the including file says itself holds, except for steps, of which each has one place.
 */
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { Diagnostics, Span } from "../diagnostic.ts";
import { get, type MapNode, text, type YamlNode } from "../node.ts";
import { suggestion } from "../../text/suggest.ts";
import { graft } from "./graft.ts";

/** Bytes of a file; undefined where there is none. */
export type ReadFile = (path: string) => Promise<Uint8Array | undefined>;

/** A file that a workflow includes. */
export interface Fragment {
  /** As the user would name it from where they named the workflow. */
  file: string;
  /** Absolute. */
  path: string;
  source: string;
}

const maps = ["params", "matrix", "steps", "profiles"];
const lists = ["env", "alerts"];
/** What says something of the file that stands there, not of one that includes it. */
const ofItself = ["version", "name", "description", "schedule", "include"];
/** Most files that one workflow may include. */
const MOST = 100;

/** Where includes start and end. */
export interface Places {
  /** Project root, absolute: nothing outside is included. */
  root: string;
  /** Folder of the workflow file, absolute. */
  folder: string;
  read: ReadFile;
  /** Names of a folder, for a hint. */
  list?: (folder: string) => string[];
  /** Where a path leads after its links; undefined where nothing is there, or nobody follows links. */
  real?: (path: string) => string | undefined;
}

/** The workflow with its fragments, in the order in which they are named, depth first. */
export async function withIncludes(
  tree: MapNode,
  places: Places,
  diagnostics: Diagnostics,
): Promise<{ tree: MapNode; fragments: Fragment[] }> {
  const { file } = diagnostics.source;
  const whole = new Whole(tree, diagnostics);
  const fragments: Fragment[] = [];
  /** Where the project really lies: the same for all files. */
  let homes: string[] | undefined;
  const visit = async (node: YamlNode, folder: string, shown: string, above: string[]): Promise<void> => {
    for (const item of items(get(node, "include"))) {
      const written = text(item);
      if (written === undefined || written === "") continue;
      const path = resolve(folder, written);
      const problem = isAbsolute(written) || /^\w+:\/\//.test(written)
        ? "name a file of the project by its way from here"
        : isOutside(places.root, path) && isOutside(places.folder, path)
        ? "it is outside of the project"
        : above.includes(path)
        ? "the files include each other"
        : fragments.length >= MOST
        ? `a workflow may include ${MOST} files`
        : undefined;
      if (problem !== undefined) {
        diagnostics.error(item.span, `cannot include ${written}: ${problem}`);
        continue;
      }
      if (fragments.some((f) => f.path === path)) continue;
      const real = places.real?.(path);
      homes ??= [places.root, places.folder].map((home) => places.real?.(home) ?? home);
      if (real !== undefined && homes.every((home) => isOutside(home, real))) {
        diagnostics.error(item.span, `cannot include ${written}: it is a link out of the project`, {
          hint: "copy the file into the project",
        });
        continue;
      }
      const bytes = await places.read(path);
      if (bytes === undefined) {
        const names = places.list?.(dirname(path)).filter((name) =>
          /(?<!^motiflow)\.(ya?ml|json)$/.test(name)
        ) ?? [];
        const hint = suggestion(basename(path), names.filter((name) => name !== basename(file)));
        diagnostics.error(item.span, `cannot include ${written}: there is no such file`, hint);
        continue;
      }
      const fragment: Fragment = { file: join(dirname(shown), written), path, source: "" };
      fragments.push(fragment);
      const grafted = graft(bytes, fragment.file, diagnostics);
      if (grafted === undefined) continue;
      fragment.source = grafted.text;
      whole.add(grafted.tree);
      await visit(grafted.tree, dirname(path), fragment.file, [...above, path]);
    }
  };
  await visit(tree, places.folder, file, [join(places.folder, basename(file))]);
  return { tree: whole.tree, fragments };
}

function items(node: YamlNode | undefined): YamlNode[] {
  return node === undefined ? [] : node.kind === "list" ? node.items : [node];
}

function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || /^\.\.([/\\]|$)/.test(way) || isAbsolute(way);
}

/** A workflow that grows by fragments. */
class Whole {
  readonly tree: MapNode;
  readonly #diagnostics: Diagnostics;
  /** What the including file itself has, by part and name. */
  readonly #own = new Set<string>();

  constructor(tree: MapNode, diagnostics: Diagnostics) {
    this.tree = { ...tree, entries: new Map(tree.entries) };
    this.#diagnostics = diagnostics;
    for (const part of maps) {
      const node = get(tree, part);
      if (node?.kind === "map") { for (const name of node.entries.keys()) this.#own.add(`${part} ${name}`); }
    }
  }

  add(fragment: MapNode): void {
    for (const [part, { key, value }] of fragment.entries) {
      if (ofItself.includes(part)) continue;
      if (maps.includes(part)) this.#addMap(part, key, value);
      else if (lists.includes(part)) this.#addList(part, key, value);
      else {
        const known = [...maps, ...lists, "include"];
        this.#diagnostics.error(key, `unknown key "${part}" in an included file`, suggestion(part, known));
      }
    }
  }

  #addMap(part: string, key: Span, added: YamlNode): void {
    const entry = this.tree.entries.get(part);
    const own = entry?.value;
    // What is no map is told by the check of the shape, where it stands.
    if (own === undefined || added.kind !== "map" || own.kind !== "map") {
      if (own === undefined || added.kind !== "map") this.tree.entries.set(part, { key, value: added });
      return;
    }
    const entries = new Map(own.entries);
    for (const [name, entry] of added.entries) {
      const there = entries.get(name);
      if (there === undefined) entries.set(name, entry);
      else if (part === "steps" || !this.#own.has(`${part} ${name}`)) {
        const kind = { params: "param", matrix: "matrix axis", steps: "step", profiles: "profile" }[part];
        this.#diagnostics.error(entry.key, `${kind} "${name}" stands in two files`, {
          also: [{ message: "and here", span: there.key }],
        });
      }
    }
    this.tree.entries.set(part, { key: entry!.key, value: { ...own, entries } });
  }

  #addList(part: string, key: Span, added: YamlNode): void {
    const entry = this.tree.entries.get(part);
    const value = entry?.value.kind === "list" && added.kind === "list"
      ? { ...entry.value, items: [...entry.value.items, ...added.items] }
      : added;
    this.tree.entries.set(part, { key: entry?.key ?? key, value });
  }
}

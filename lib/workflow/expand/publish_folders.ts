/** Into which folders tasks publish: below the project, and never two into one. */
import type { Diagnostics } from "../diagnostic.ts";
import { get, text } from "../node.ts";
import type { StepEntry } from "../step_entry.ts";
import { render } from "../template.ts";

/** What the expressions of a folder's name may use. */
type Scope = Parameters<typeof render>[1];

/** The folders that a plan publishes into. */
export class PublishFolders {
  /** Published folders, and the folders above them, with the task that publishes there. */
  readonly #published = new Map<string, string>();
  readonly #parents = new Map<string, string>();
  readonly #diagnostics: Diagnostics;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /** The folder of a task, below the project; undefined where there is none, or a mistake that is reported. */
  claim(entry: StepEntry, scope: Scope, id: string): string | undefined {
    if (entry.publish === undefined) return undefined;
    const where = get(entry.node, "publish")!.span;
    const report = (span: { start: number; end: number }, message: string) =>
      this.#diagnostics.error(span, message);
    const folder = render(entry.publish, scope, report);
    if (typeof folder !== "string") return undefined;
    const parts = folder.replace(/\/+$/, "").split("/");
    if (
      /^[/\\~]|^[A-Za-z]:|\p{Cc}/u.test(folder) ||
      parts.some((p) => p === "" || p === "." || p === "..")
    ) {
      this.#diagnostics.error(where, `cannot publish to ${JSON.stringify(folder)}`, {
        hint: "name a folder below the project, e.g. out/production",
      });
      return undefined;
    }
    if (/^\.(motiflow|git)$/i.test(parts[0]!)) {
      this.#diagnostics.error(where, `cannot publish into ${parts[0]}, which is not yours to change`);
      return undefined;
    }
    const path = parts.join("/");
    // Elsewhere these are one folder: where case is ignored, and where names are kept in one Unicode form.
    const taken = this.#take(path.normalize("NFC").toLowerCase(), id);
    if (taken !== undefined) {
      const { by, same } = taken;
      const written = text(get(entry.node, "publish"));
      const left = entry.axes.filter((axis) =>
        !new RegExp(`matrix\\s*\\.\\s*${axis}\\b`).test(written ?? "")
      );
      const hint = !by.startsWith(`${entry.id}[`)
        ? "give each step a folder of its own"
        : left.length === 0
        ? "rename one of their values: as names of folders they are the same, or one lies in the other"
        : `make it differ by cell, e.g. ${written}/${left.map((axis) => `\${{ matrix.${axis} }}`).join("/")}`;
      const what = same ? `the same folder ${path}` : `folders that lie in each other, ${path}`;
      this.#diagnostics.error(where, `${by} and ${id} publish into ${what}`, { hint });
      return undefined;
    }
    return path;
  }

  /** Takes a folder; the task that has it, a folder above or a folder below already, if there is one. */
  #take(path: string, id: string): { by: string; same: boolean } | undefined {
    const below = this.#parents.get(path);
    if (below !== undefined) return { by: below, same: false };
    for (let end = path.length; end !== -1; end = path.lastIndexOf("/", end - 1)) {
      const by = this.#published.get(path.slice(0, end));
      if (by !== undefined) return { by, same: end === path.length };
    }
    this.#published.set(path, id);
    for (let end = path.lastIndexOf("/"); end !== -1; end = path.lastIndexOf("/", end - 1)) {
      this.#parents.set(path.slice(0, end), id);
    }
    return undefined;
  }
}

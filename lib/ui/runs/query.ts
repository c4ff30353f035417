/** Which runs a page lists and with which columns, as its address says. */
import type { Engine, RunRecord } from "../../engine/mod.ts";

/** What the address of the list says; an empty text asks for nothing. */
export interface RunQuery {
  workflow: string;
  status: string;
  tag: string;
  /** A part of the id, the note, the file, a tag or `param=value`. */
  text: string;
  /** Columns by name: `params.k`, or a metric; undefined for a choice of the page's own. */
  columns: string[] | undefined;
  /** Only older ones than this run. */
  before: string;
}

/** Runs of one page. */
export const PAGE = 50;
/** Records that are read at once while a filter looks for its runs. */
const BATCH = 200;

export function readQuery(params: URLSearchParams): RunQuery {
  const text = (name: string) => (params.get(name) ?? "").trim();
  const columns = params.getAll("column").filter((name) => name !== "");
  return {
    workflow: text("workflow"),
    status: text("status"),
    tag: text("tag"),
    text: text("text"),
    columns: params.has("column") ? columns : undefined,
    before: text("before"),
  };
}

/** The address of the same list with something else in it. */
export function addressOf(query: RunQuery, change: Partial<RunQuery> = {}): string {
  const { columns, ...texts } = { ...query, ...change };
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(texts)) if (value !== "") params.set(name, value);
  for (const column of columns ?? []) params.append("column", column);
  return `/${params.size === 0 ? "" : `?${params}`}`;
}

/** Whether a run is asked for. */
function matches(run: RunRecord, { workflow, status, tag, text }: RunQuery): boolean {
  if (workflow !== "" && run.workflow !== workflow) return false;
  if (status !== "" && run.status !== status) return false;
  if (tag !== "" && run.tags?.includes(tag) !== true) return false;
  if (text === "") return true;
  const params = Object.entries(run.params).map(([name, value]) => `${name}=${plain(value)}`);
  const all = [run.id, run.workflow, run.file, run.note ?? "", ...run.tags ?? [], ...params];
  const wanted = text.toLowerCase();
  return all.some((one) => one.toLowerCase().includes(wanted));
}

/** A parameter's value as it is read and searched for: texts without quotes. */
export function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}

/**
 * The newest runs that are asked for, no more than `limit`; records are read only until these are found.
 */
export async function findRuns(engine: Engine, query: RunQuery, limit: number): Promise<RunRecord[]> {
  const filtered = [query.workflow, query.status, query.tag, query.text].some((part) => part !== "");
  const found: RunRecord[] = [];
  for (let before = query.before; found.length < limit;) {
    const batch = await engine.listRuns({
      limit: filtered ? BATCH : limit,
      ...(before === "" ? {} : { before }),
    });
    found.push(...batch.filter((run) => matches(run, query)));
    if (!filtered || batch.length < BATCH) break;
    before = batch.at(-1)!.id;
  }
  return found.slice(0, limit);
}

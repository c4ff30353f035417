import assert from "node:assert/strict";
import type { Engine, ListOptions, RunRecord } from "../../../lib/engine/mod.ts";
import { addressOf, findRuns, readQuery } from "../../../lib/ui/runs/query.ts";

/** Runs `r000` to `r999`, newest last, and how many of their records were read. */
function thousandRuns() {
  let read = 0;
  const runs = Array.from({ length: 1000 }, (_, i) => ({
    id: `r${String(i).padStart(3, "0")}`,
    workflow: i % 10 === 0 ? "rare" : "common",
    file: "w.yaml",
    status: i === 3 ? "failed" : "succeeded",
    params: { k: i, kind: "fsq" },
    tags: i % 100 === 7 ? ["paper"] : undefined,
    note: i === 500 ? "before the move" : undefined,
  })) as unknown as RunRecord[];
  const listRuns = ({ limit = Infinity, before }: ListOptions = {}) => {
    const found = runs.toReversed().filter(({ id }) => before === undefined || id < before).slice(0, limit);
    read += found.length;
    return Promise.resolve(found);
  };
  return { engine: { listRuns } as unknown as Engine, read: () => read };
}

const find = async (query: string, limit = 50) => {
  const { engine, read } = thousandRuns();
  const found = await findRuns(engine, readQuery(new URLSearchParams(query)), limit);
  return { ids: found.map(({ id }) => id), read: read() };
};

Deno.test("findRuns() gives the newest runs that fit, by workflow, status, tag, words and parameters", async () => {
  assert.deepEqual((await find("workflow=rare", 3)).ids, ["r990", "r980", "r970"]);
  assert.deepEqual((await find("status=failed")).ids, ["r003"]);
  assert.deepEqual((await find("tag=paper&before=r800", 2)).ids, ["r707", "r607"]);
  assert.deepEqual((await find("text=Before+the")).ids, ["r500"]);
  assert.deepEqual((await find("text=k%3D12&workflow=rare")).ids, ["r120"], "a text without quotes: k=12");
  assert.deepEqual((await find("text=kind%3Dfsq", 1)).ids, ["r999"]);
  assert.deepEqual((await find("workflow=none")).ids, []);
});

Deno.test("findRuns() reads no more records than it needs", async () => {
  assert.equal((await find("")).read, 50);
  assert.equal((await find("workflow=common")).read, 200, "one batch holds fifty of them");
  assert.equal((await find("status=failed")).read, 1000, "the only one is the fourth of all");
});

Deno.test("addressOf() says what readQuery() reads", () => {
  for (
    const address of [
      "/",
      "/?workflow=a+%26+b&tag=x",
      "/?text=k%3D1&before=r1&column=params.k&column=accuracy",
    ]
  ) {
    const query = readQuery(new URL(address, "http://localhost").searchParams);
    const again = readQuery(new URL(addressOf(query), "http://localhost").searchParams);
    assert.deepEqual(again, query, address);
  }
  const query = readQuery(new URLSearchParams("tag=a&before=r1"));
  assert.equal(addressOf(query, { before: "" }), "/?tag=a");
});

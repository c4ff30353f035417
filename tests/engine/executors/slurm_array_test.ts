import assert from "node:assert/strict";
import { join } from "node:path";
import { AttemptFolder } from "../../../lib/engine/executors/attempt_folder.ts";
import { leaveArray, SlurmArrays } from "../../../lib/engine/executors/slurm_array.ts";
import { withFolder } from "../../hailo/sample_bundle.ts";

/** Adds shards by number; the submissions that they were staged under, and the arrays that were submitted. */
function gathering(jobs: string, submit = (elements: string) => Promise.resolve(`job of ${elements}`)) {
  const arrays = new SlurmArrays(jobs);
  const staged: string[] = [];
  const submitted: string[] = [];
  const add = (shard: number, together: number, signal = new AbortController().signal) => {
    const folder = new AttemptFolder(join(jobs, `key${shard}`));
    Deno.mkdirSync(folder.path);
    return arrays.add(
      "step",
      { shard, together, atOnce: 3, folder },
      signal,
      (submission) => staged.push(submission),
      (
        { elements },
      ) => {
        submitted.push(elements);
        return submit(elements);
      },
    );
  };
  return { add, staged, submitted };
}

Deno.test("SlurmArrays submits shards that come together once, with their numbers and how many may run", async () => {
  await withFolder(async (jobs) => {
    const { add, staged, submitted } = gathering(jobs);
    const ids = await Promise.all([7, 2, 1, 3].map((shard) => add(shard, 4)));
    assert.deepEqual(submitted, ["1-3,7%3"]);
    assert.deepEqual(ids, [7, 2, 1, 3].map((shard) => `job of 1-3,7%3_${shard}`));
    const [array] = staged[0]!.split("_");
    // A job finds its attempt by the element's number.
    assert.equal(Deno.realPathSync(join(jobs, array!, "7")), Deno.realPathSync(join(jobs, "key7")));
    for (const submission of staged.slice(1)) leaveArray(jobs, submission);
    assert.deepEqual([...Deno.readDirSync(join(jobs, array!))].map(({ name }) => name), ["7"]);
    leaveArray(jobs, staged[0]!);
    assert.throws(() => Deno.statSync(join(jobs, array!)), Deno.errors.NotFound);
  });
});

Deno.test("SlurmArrays gives shards beyond a thousand an array of their own, and leaves out those that are aborted", async () => {
  await withFolder(async (jobs) => {
    const { add, submitted } = gathering(jobs);
    const abort = new AbortController();
    const gone = assert.rejects(add(1001, 1100, abort.signal), { name: "AbortError" });
    const others = [add(1002, 1100), add(5, 1100)];
    abort.abort();
    await gone;
    assert.deepEqual(await Promise.all(others), ["job of 2_2", "job of 5_5"]);
    assert.deepEqual(submitted.sort(), ["2", "5"]);
  });
});

Deno.test("SlurmArrays tells every shard why Slurm refused their array", async () => {
  await withFolder(async (jobs) => {
    const { add } = gathering(jobs, () => Promise.reject(new Error("refused")));
    const all = await Promise.allSettled([add(1, 2), add(2, 2)]);
    assert.deepEqual(all.map((one) => one.status === "rejected" && one.reason.message), [
      "refused",
      "refused",
    ]);
  });
});

import assert from "node:assert/strict";
import { Study } from "../project.ts";

const windows = (hop: number) =>
  `name: walks <b>
params: { hop: ${hop} }
steps:
  recordings: { uses: load, with: { source: simulate, subjects: 3, minutes: 1 } }
  windows: { uses: window, from: recordings, with: { length: 100, hop: "\${{ params.hop }}" } }
  split: { uses: split, from: windows, with: { by: subject, folds: 3 } }
`;

Deno.test("the dashboard lists, filters and compares real runs, and tells of each task where it came from", async (t) => {
  await using study = await Study.open();
  const first = await study.run("workflows/walks.yaml", windows(50), { tags: ["paper"], note: "wide <i>" });
  const second = await study.run("workflows/walks.yaml", windows(25));
  const taskOf = (run: typeof first, id: string) => run.tasks.find((task) => task.id === id)!;

  await t.step("the parameter that differs is a column without being asked for", async () => {
    const page = await study.page("/");
    const heads = [...page.querySelectorAll("thead th")].map((th) => th.textContent.trim());
    assert.ok(heads.includes("hop"), heads.join());
    const cells = [...page.querySelectorAll("tbody tr")].map((tr) =>
      tr.children[heads.indexOf("hop")]!.textContent
    );
    assert.deepEqual(cells, ["25", "50"]);
    assert.equal(page.querySelectorAll("main b, main i").length, 0, "names and notes are text");
  });

  await t.step("a tag is a link to the runs that bear it", async () => {
    const tag = (await study.page("/")).querySelector("a.tag")!;
    const page = await study.page(tag.getAttribute("href")!);
    const shown = [...page.querySelectorAll("tbody input")].map((input) => input.getAttribute("value"));
    assert.deepEqual(shown, [first.id]);
    const none = await study.page("/?text=hop%3D99");
    assert.match(none.querySelector("main")!.textContent!, /No run fits/);
  });

  await t.step("two selected runs are told apart by what made the difference", async () => {
    const page = await study.page(`/compare?run=${second.id}&run=${first.id}`);
    const row = [...page.querySelectorAll("tr")].find((tr) => tr.querySelector("th")?.textContent === "hop")!;
    assert.deepEqual(
      [...row.querySelectorAll("td")].map((td) => td.textContent),
      ["50", "25"],
      "older first",
    );
    const changes = page.querySelector("dl.changes")!.textContent!;
    assert.match(changes, /windows: other windows[^]*params\.hop: 50 → 25/);
    assert.doesNotMatch(changes, /recordings:/);
    assert.match(page.querySelector("main")!.textContent!, /Cannot compare: run .* has no "accuracy"/);
    const one = await study.page(`/compare?run=${first.id}`);
    assert.match(one.querySelector("main")!.textContent!, /1 is selected/);
  });

  await t.step("a task's page names parameters, code, inputs and who used it", async () => {
    const page = await study.page(`/runs/${second.id}/tasks/windows`);
    const text = page.querySelector("main")!.textContent!;
    assert.match(text, /hop\s*25/);
    assert.match(text, /lib\/steps\/window\.ts/);
    assert.match(text, /Used by\s+split/);
    const { id } = Object.values(taskOf(second, "recordings").outputs)[0]!;
    const input = page.querySelector(`a[href="/artifacts/${id}"]`)!;
    assert.match(input.parentElement!.textContent!, /recordings: Recordings [0-9a-f]{12} of recordings/);
  });

  await t.step("an artifact's page shows what it was made from, and a look into it", async () => {
    const { id } = Object.values(taskOf(second, "split").outputs)[0]!;
    const page = await study.page(`/artifacts/${id}`);
    const rows = [...page.querySelectorAll('[aria-label="Lineage"] tbody tr')];
    assert.deepEqual(rows.map((tr) => tr.querySelector("a")!.textContent), ["Windows", "Recordings"]);
    const recordings = Object.values(taskOf(second, "recordings").outputs)[0]!.id;
    const signals = await study.page(`/artifacts/${recordings}?from=10`);
    assert.match(signals.querySelector("figure figcaption")!.textContent!, /[^]+/);
    assert.match(signals.querySelector("main")!.textContent!, /Samples at \d+ Hz from second 10\.0/);
  });

  await t.step("the page of why names the ingredient that the file of now changes", async () => {
    await Deno.writeTextFile(`${study.root}/workflows/walks.yaml`, windows(20));
    const page = await study.page("/why?file=workflows%2Fwalks.yaml");
    const rows = [...page.querySelectorAll("tbody tr")].map((tr) => tr.textContent!.replaceAll(/\s+/g, " "));
    assert.match(rows[0]!, /recordings restore/);
    assert.match(rows[1]!, /windows run .*params\.hop: \d+ → 20/);
    assert.match(rows[2]!, /split depends/);
    const other = await study.page("/why?file=%2Fetc%2Fpasswd");
    assert.equal(other.querySelectorAll("table").length, 0, "only files of runs are read");
    await Deno.writeTextFile(`${study.root}/workflows/walks.yaml`, "steps: [");
    const broken = await study.page("/why?file=workflows%2Fwalks.yaml");
    assert.match(broken.querySelector("pre.error")!.textContent!, /walks\.yaml:\d+: Cannot read workflow/);
  });
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { parseNames } from "../../../lib/temporal/names_file.ts";
import { openBehaviours, wholeText } from "../behaviours.ts";

Deno.test("behaviours are named in a form, whose file the next run takes; nothing else is written", async (t) => {
  const { study, run } = await openBehaviours({ edit: true });
  await using _ = study;
  const place = `/runs/${run.id}/names/behaviours`;
  const origin = new URL(study.url).origin;
  const file = join(study.root, "workflows/walks.names.yaml");
  const page = await study.page(place);
  // With no referrer at all, browsers send forms with the origin "null", which is refused below.
  const policy = (await study.get(place).then(async (r) => (await r.text(), r))).headers.get(
    "referrer-policy",
  );
  assert.equal(policy, "same-origin");
  const form = new URLSearchParams(
    [...page.querySelectorAll("main form input")].filter((input) => input.getAttribute("type") !== "checkbox")
      .map((input) => [input.getAttribute("name")!, input.getAttribute("value") ?? ""]),
  );
  const send = (fields: URLSearchParams, headers: Record<string, string> = { origin }) =>
    study.get(place, { method: "POST", body: fields, headers });
  const names = [form.get("name-0"), form.get("name-1")];
  assert.deepEqual(new Set(names), new Set(["walking", "sit <b>"]));
  const sit = names.indexOf("sit <b>");

  await t.step("a form of another page, or one without an origin, writes nothing", async () => {
    for (const headers of [{}, { origin: "http://evil.example" }, { origin: "null" }]) {
      const answer = await send(form, headers as Record<string, string>);
      assert.equal(answer.status, 403);
      await answer.body?.cancel();
    }
    await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
  });

  await t.step("two behaviours of one name, and an empty one, are refused in words", async () => {
    for (const [name, message] of [["walking", /names two behaviours/], ["", /Cannot read names/]] as const) {
      const wrong = new URLSearchParams(form);
      wrong.set(`name-${sit}`, name);
      const answer = await send(wrong);
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), message);
    }
    await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
  });

  await t.step("what is saved is a names file beside the workflow, which the page shows again", async () => {
    form.set(`name-${sit}`, "Sitting: at a desk");
    form.set(`colored-${sit}`, "on");
    form.set(`color-${sit}`, "#cc3311");
    form.set(`note-${sit}`, "mostly mornings");
    const answer = await send(form);
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /with: \{ names: workflows\/walks\.names\.yaml \}/);
    const saved = parseNames(await Deno.readTextFile(file));
    const entry = Object.values(saved.behaviours).find(({ name }) => name === "Sitting: at a desk")!;
    assert.deepEqual([entry.color, entry.note], ["#cc3311", "mostly mornings"]);
    assert.equal(Object.values(saved.behaviours).filter(({ color }) => color !== undefined).length, 1);
    const again = await study.page(place);
    assert.equal(again.querySelector(`input[name=note-${sit}]`)!.getAttribute("value"), "mostly mornings");
    const written = [...Deno.readDirSync(join(study.root, "workflows"))].map(({ name }) => name).sort();
    assert.deepEqual(written, ["walks.names.yaml", "walks.yaml"]);
  });

  await t.step("the next run has the names, and its page writes the same file", async () => {
    const next = await study.run("workflows/walks.yaml", wholeText(", names: workflows/walks.names.yaml"));
    const look = await study.page(`/runs/${next.id}/review/behaviours`);
    const options = [...look.querySelectorAll("select[name=behaviour] option")].map((option) =>
      option.textContent
    );
    assert.ok(options.includes("Sitting: at a desk"), options.join());
    const answer = await study.get(`/runs/${next.id}/names/behaviours`, {
      method: "POST",
      body: form,
      headers: { origin },
    });
    assert.doesNotMatch(await answer.text(), /with: \{ names:/);
    assert.equal(answer.status, 200);
  });

  await t.step("a workflow whose file lies elsewhere is not followed out of the project", async () => {
    const outside = wholeText(", names: ../../outside.yaml");
    await Deno.writeTextFile(join(study.root, "workflows/walks.yaml"), outside);
    const answer = await send(form);
    assert.equal(answer.status, 404);
    assert.match(await answer.text(), /is no YAML file of the project/);
  });
});

Deno.test("without the flag nothing can be named, by page or form", async () => {
  const { study, run } = await openBehaviours();
  await using _ = study;
  const place = `/runs/${run.id}/names/behaviours`;
  const origin = new URL(study.url).origin;
  const [page, form] = [
    await study.get(place),
    await study.get(place, { method: "POST", body: new URLSearchParams(), headers: { origin } }),
  ];
  assert.deepEqual([page.status, form.status], [404, 405]);
  await page.body?.cancel();
  await form.body?.cancel();
  const review = await study.page(`/runs/${run.id}/review/behaviours`);
  assert.doesNotMatch(review.querySelector("main")!.textContent!, /name the behaviours/);
});

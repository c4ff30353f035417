import assert from "node:assert/strict";
import { outcomes, Project, stepSource, textType } from "../project.ts";

/** Texts whose artifact names the person that the parameter names. */
const people = textType.replace(
  "async read",
  `async writePeople(dir: string, subject: string) {
    await Deno.writeTextFile(dir + "/recordings.json", JSON.stringify({ recordings: [{ id: "r", subject }] }));
  },
  async read`,
);

Deno.test("cacheForget() removes what a person is in and what was made of it, here and in the shared cache", async () => {
  await using project = new Project();
  const shared = project.path("team");
  Deno.mkdirSync(shared);
  project.write("motiflow.json", JSON.stringify({ version: 1, name: "t", cache: { shared: "team" } }));
  project.write("steps/text.ts", people);
  project.write(
    "steps/person.ts",
    stepSource('await Text.writePeople(out("text"), params.who); return { text: params.who };'),
  );
  const specs = {
    ada: { uses: "person", params: { who: "ada" } },
    bob: { uses: "person", params: { who: "bob" } },
    both: { uses: "join", from: ["ada", "bob"] },
    alone: { uses: "join", from: ["bob"] },
  };
  const engine = await project.open();
  await engine.run(project.plan(specs));
  const sizes = () =>
    [...Deno.readDirSync(`${shared}/v1/actions`)].flatMap(({ name }) => [
      ...Deno.readDirSync(`${shared}/v1/actions/${name}`),
    ]).length;
  assert.equal(sizes(), 4);
  const told = await engine.cacheForget("ada", true);
  assert.deepEqual([told.results.sort(), told.known], [["ada", "both"], ["ada", "bob"]]);
  // A share that is away or refuses leaves all of it to the next try.
  Deno.renameSync(shared, `${shared}-away`);
  await assert.rejects(
    engine.cacheForget("ada"),
    /^InputError: Cannot forget anybody: The shared cache team /,
  );
  Deno.renameSync(`${shared}-away`, shared);
  Deno.renameSync(`${shared}/v1/actions`, `${shared}/v1/kept`);
  Deno.writeTextFileSync(`${shared}/v1/actions`, "no folder");
  await assert.rejects(
    engine.cacheForget("ada"),
    /^InputError: Cannot remove results from the shared cache /,
  );
  Deno.removeSync(`${shared}/v1/actions`);
  Deno.renameSync(`${shared}/v1/kept`, `${shared}/v1/actions`);
  await engine.cacheForget("ada");
  assert.equal(sizes(), 2);
  const left = [project.path(".motiflow/objects"), `${shared}/v1/objects`].flatMap((folder) =>
    [...Deno.readDirSync(folder)].flatMap(({ name }) =>
      [...Deno.readDirSync(`${folder}/${name}`)].map((e) =>
        Deno.readTextFileSync(`${folder}/${name}/${e.name}`)
      )
    )
  );
  assert.ok(left.some((text) => text.includes("bob")));
  assert.deepEqual(left.filter((text) => text.includes("ada")), []);
  const again = await engine.run(project.plan(specs));
  assert.deepEqual(outcomes(again), { ada: "ran", bob: "restored", both: "ran", alone: "restored" });
});

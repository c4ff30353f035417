import assert from "node:assert/strict";
import { Recordings } from "../../../lib/artifacts/recordings.ts";
import { readFiles, rows } from "./read_files.ts";

const recording = (k: number) => rows("t,x", 60, (i) => `${i * 20},${i * k}`);
const from = (column: string) => ({ from: "metadata" as const, column });
const given = { time: "t", label: from("label"), subject: from("person"), metadata: { files: "labels" } };

const lists: [string, string][] = [
  ["labels.csv", "file,label,person\nrec_a.csv,walk,p1\nrec_b.csv,rest,p2\n"],
  ["labels.csv", "no;name;label;person\n1;data/rec_b;rest;p2\n2;data/rec_a;walk;p1\n"],
  [
    "labels.json",
    '[{"path":"rec_a.csv","label":"walk","person":"p1"},{"path":"rec_b.csv","label":"rest","person":"p2"}]',
  ],
  ["labels.json", '{"rec_a.csv":{"label":"walk","person":"p1"},"rec_b.csv":{"label":"rest","person":"p2"}}'],
];
for (const [name, content] of lists) {
  Deno.test(`labels and people are joined from ${name}: ${content.slice(0, 24).trim()}`, async () => {
    const { recordings } = await readFiles({
      "rec_a.csv": recording(1),
      "rec_b.csv": recording(2),
      [name]: content,
    }, given);
    assert.deepEqual(recordings.labelNames, ["rest", "walk"]);
    assert.deepEqual(recordings.recordings.map((r) => [r.subject, r.labels[7], r.data[5]]), [
      ["p1", 1, 5],
      ["p2", 0, 10],
    ]);
  });
}

Deno.test("a file that the list lacks, a column it has not and a contradiction are refused; rows without file are told", async () => {
  const [, [, list]] = lists;
  const refused = (files: Record<string, string>, more: object, message: RegExp) =>
    assert.rejects(readFiles(files, { ...given, ...more }), { name: "InputError", message });
  const a = { "rec_a.csv": recording(1) };
  await refused(
    { ...a, "rec_c.csv": recording(3), "labels.csv": list },
    {},
    /^rec_c\.csv: Cannot find the file in labels\.csv/,
  );
  await refused(
    { ...a, "labels.csv": list },
    { subject: from("persn") },
    /column "persn" of metadata\n.*did you mean "person"/,
  );
  await refused(
    { ...a, "labels.csv": "file,label,person\nrec_a,walk,p1\nrec_a,rest,p1\n" },
    {},
    /labels\.csv:3: .*stands twice/,
  );
  await refused(a, {}, /no file name matches \/labels\//);
  await refused(
    a,
    { metadata: { files: "\\\\.csv" } },
    /matches \/\\\\.csv\/\n.*In single quotes a backslash stands once/,
  );
  const { notes } = await readFiles({ ...a, "labels.csv": list }, given);
  assert.match(notes.join(), /files are not there: rec_b/);
});

Deno.test("columns of lists of files and of people are kept as facts, numbers as numbers", async () => {
  const files = {
    "rec_a.csv": recording(1),
    "rec_b.csv": recording(2),
    "labels.csv": "file,label,person,session,weather\nrec_a,walk,01,1,rain\nrec_b,rest,2,2,\n",
    "participants.tsv": "id\tgroup\tage\n1\tpatient\t71.5\n3\tcontrol\t64\n",
  };
  const metadata = [{ files: "labels" }, { files: "participants", subject: "id" }];
  const { recordings, notes } = await readFiles(files, { ...given, metadata });
  assert.deepEqual(recordings.recordings.map((r) => [r.subject, r.facts]), [
    ["01", { session: 1, weather: "rain", group: "patient", age: 71.5 }],
    ["2", { session: 2 }],
  ]);
  assert.match(notes.join("\n"), /people are not there: 3\n.*participants\.tsv has no row of: 2/);
  await assert.rejects(
    readFiles(files, { ...given, metadata: [{ files: "participants", subject: "idd" }] }),
    {
      message: /column "idd" of metadata\n.*did you mean "id"/,
    },
  );
  const dir = await Deno.makeTempDir();
  await Recordings.write(dir, recordings);
  assert.deepEqual((await Recordings.read(dir)).recordings[0].facts, recordings.recordings[0].facts);
  await Deno.remove(dir, { recursive: true });
});

/** Tables whose header is in no language known here: what stands in the columns tells. */
import assert from "node:assert/strict";
import { lookAtFiles } from "../../../../lib/signal/read/look/look_at_folder.ts";
import { rows, withFiles } from "../read_files.ts";

const acts = ["Sitzen", "Gehen", "", "Sitzen", "Gehen"];
const comma = (x: number) => x.toFixed(3).replace(".", ",");
const wave = (i: number, k: number) => comma(Math.sin(i / (3 + k)) + 9.81 * Number(k === 2));
const act = (i: number) => acts[Math.floor(i / 100) % acts.length]!;
const look = (header: string, row: (i: number) => string) =>
  withFiles({ "a.csv": rows(header, 500, row) }, lookAtFiles);

Deno.test("init finds time and label by contents where their names tell nothing", async () => {
  const seen = await look(
    "Zeit;ax;ay;az;Tätigkeit",
    (i) => [comma(i / 25), wave(i, 0), wave(i, 1), wave(i, 2), act(i)].join(";"),
  );
  assert.equal(seen.params.time, "Zeit");
  assert.equal(seen.params.label, "Tätigkeit");
  assert.deepEqual([seen.data?.rate, seen.data?.classes], [25, 2]);
  assert.ok(seen.guesses.includes("label: column Tätigkeit, by what stands in it"));
});

Deno.test("init takes no clock, text or code for a sensor where no column is called after one", async () => {
  const seen = await look(
    "Kanal A;Kanal B;Kanal C;Uhr;Was;Modus",
    (i) => [wave(i, 0), wave(i, 1), wave(i, 2), comma(i / 50), act(i), Math.floor(i / 50) % 3].join(";"),
  );
  assert.deepEqual(seen.params.sensors, { imu: ["Kanal A", "Kanal B", "Kanal C"] });
  assert.deepEqual([seen.params.time, seen.params.label], ["Uhr", "Was"]);
  assert.equal(seen.data?.rate, 50);
});

Deno.test("init tells which column may say who was recorded, and takes none for a label whose values never return", async () => {
  const seen = await look(
    "Zeit;ax;ay;az;Proband;Notiz",
    (i) =>
      [comma(i / 25), wave(i, 0), wave(i, 1), wave(i, 2), `P${Math.floor(i / 250)}`, `Zeile ${i}`].join(";"),
  );
  assert.equal(seen.params.label, undefined);
  const said = seen.open.map(({ what, write }) => `${what}: ${write}`).join("\n");
  assert.match(said, /who was recorded may stand in "Proband": subject: "Proband"/);
});

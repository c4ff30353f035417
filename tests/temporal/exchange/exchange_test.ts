import assert from "node:assert/strict";
import { parseHTML } from "linkedom";
import { annotationsOf } from "../../../lib/temporal/exchange/annotations.ts";
import { audacityLabels } from "../../../lib/temporal/exchange/audacity.ts";
import { borisEvents } from "../../../lib/temporal/exchange/boris.ts";
import { elanDocument, elanText } from "../../../lib/temporal/exchange/elan.ts";
import { readFiles, rows } from "../../signal/read/read_files.ts";

const bout = (label: number, start: number, end: number, recording = "a") => ({
  recording,
  subject: "p, 1",
  label,
  start,
  end,
  duration: end - start,
  censoredLeft: false,
  censoredRight: false,
});
const names = ["walk", 'turn "left", slowly'];
/** Samples at 50 Hz: walking 10 to 30, turning 30 to 40, nothing, walking 60 to 75. */
const bouts = [bout(-1, 0, 0.2), bout(0, 0.2, 0.6), bout(1, 0.6, 0.8), bout(-1, 0.8, 1.2), bout(0, 1.2, 1.5)];
const annotations = annotationsOf({ names, bouts });
const expected = (t: number) =>
  (t >= 10 && t < 30) || (t >= 60 && t < 75) ? names[0] : t >= 30 && t < 40 ? names[1] : undefined;

const recording = rows("t,x", 100, (i) => `${i * 20},${i % 7}`);
const source = { times: "relative" as const, unit: 1 };
const written: [program: string, name: string, content: string, more: Record<string, unknown>][] = [
  ["Audacity", "a.labels.txt", audacityLabels(annotations), { files: "[._]labels" }],
  ["ELAN as text", "a.labels.txt", elanText(annotations), { files: "[._]labels" }],
  [
    "BORIS",
    "events.labels.csv",
    borisEvents(annotations, () => ({ media: "a.mp4", length: 2 })),
    { files: "[._]labels", file: "Observation id" },
  ],
];
for (const [program, name, content, more] of written) {
  Deno.test(`bouts written for ${program} set the same labels when they are read back`, async () => {
    const { recordings: { labelNames, recordings } } = await readFiles(
      { "a.csv": recording, [name]: content },
      {
        time: { column: "t", unit: "ms" },
        intervals: { ...source, ...more },
      } as Parameters<typeof readFiles>[1],
    );
    recordings[0]!.labels.forEach((label, t) => assert.equal(labelNames[label], expected(t), `sample ${t}`));
  });
}

Deno.test("annotationsOf() goes by the video's clock, cut at its start", () => {
  const onVideo = annotationsOf({ names, bouts }, { offset: -0.5, rate: 2 });
  assert.deepEqual(onVideo.map(({ label, start, end }) => [label, start, end]), [
    ["walk", 0, 0.7],
    [names[1], 0.7, 1.1],
    ["walk", 1.9, 2.5],
  ]);
  assert.deepEqual(annotationsOf({ names, bouts }, { offset: -9, rate: 1 }), []);
});

Deno.test("elanDocument() is a document of whole milliseconds whose annotations refer to its slots", () => {
  const text = elanDocument(annotations, "a <b>.mp4", "2026-01-31T00:00:00Z");
  const { document } = parseHTML(text);
  const slots = new Map(
    [...document.querySelectorAll("TIME_SLOT")].map((slot) => [
      slot.getAttribute("TIME_SLOT_ID"),
      Number(slot.getAttribute("TIME_VALUE")),
    ]),
  );
  const found = [...document.querySelectorAll("ALIGNABLE_ANNOTATION")].map((one) => [
    slots.get(one.getAttribute("TIME_SLOT_REF1")),
    slots.get(one.getAttribute("TIME_SLOT_REF2")),
    one.textContent,
  ]);
  assert.deepEqual(found, [[200, 600, names[0]], [600, 800, names[1]], [1200, 1500, names[0]]]);
  assert.equal(
    document.querySelector("MEDIA_DESCRIPTOR")!.getAttribute("RELATIVE_MEDIA_URL"),
    "./a <b>.mp4",
  );
  assert.match(text, /MEDIA_URL="a &lt;b&gt;\.mp4"/);
  const mime = (media: string) =>
    elanDocument(annotations, media, "2026-01-31T00:00:00Z").match(/MIME_TYPE="([^"]*)"/)?.[1];
  assert.deepEqual(["a.mp4", "a.M4V", "a.mp4.avi", "a.wav"].map(mime), [
    "video/mp4",
    "video/mp4",
    "unknown",
    "unknown",
  ]);
});

Deno.test("borisEvents() quotes what commas and quotes are in", () => {
  const lines = borisEvents(annotations, () => ({ media: "", length: 2 })).trimEnd().split("\n");
  assert.equal(lines.length, 4);
  assert.match(lines[2]!, /^a,,,2\.000,,"p, 1","turn ""left"", slowly",,,STATE,0\.600,0\.800,0\.200,,$/);
});

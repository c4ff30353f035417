import assert from "node:assert/strict";
import { answer } from "../../lib/report/answer.ts";
import type { DataFacts } from "../../lib/report/data_facts.ts";
import type { Metrics } from "../../lib/artifacts/metrics.ts";

const data = {
  recordings: {
    rate: 50,
    sensors: ["hip", "wrist"],
    labelNames: ["walk", "sit"],
    origin: "measured",
    recordings: [{ subject: "a", samples: 90_000 }, { subject: "b", samples: 90_000 }],
  },
} as unknown as DataFacts;

const judged = (heldOut?: Metrics["heldOut"]): Metrics => ({
  metrics: {
    accuracy: {
      value: 0.9,
      n: 200,
      of: "windows",
      origin: "measured",
      interval: { level: 0.95, lower: 0.8, upper: 0.95, method: "t" },
    },
    majority_accuracy: { value: 0.5, n: 200, of: "windows", origin: "measured" },
  },
  tables: {
    per_class: [{ class: "walk", f1: 0.95, support: 100 }, { class: "sit", f1: 0.8, support: 100 }, {
      class: "lie",
      f1: 0,
      support: 0,
    }],
    per_subject: [{ subject: "a", accuracy: 0.85, windows: 90 }, {
      subject: "b",
      accuracy: 0.94,
      windows: 110,
    }],
  },
  ...(heldOut === undefined ? {} : { heldOut }),
  details: {},
});
const heldOut = { leaks: false, sharesSubjects: false, judged: 200, trained: 0, subjects: ["a", "b"] };

Deno.test("the answer says what was recorded, how good it is against the baseline, and where it is worst", () => {
  assert.deepEqual(answer(data, judged(heldOut)), [
    "Recorded: 1 h of 2 subjects, 2 sensors at 50 Hz, 2 labelled classes.",
    "Of 200 windows of 2 held-out subjects, 90.0 % (95 % interval 80.0 % to 95.0 %) are recognised, against 50.0 % by " +
    "always naming the most frequent one (measured).",
    'Worst: class "sit" (F1 0.800, 100 windows); subject a (accuracy 85.0 %, 90 windows).',
  ]);
});

Deno.test("the answer calls nobody held out who may have been trained on, and leaves out what is not known", () => {
  for (const facts of [{ leaks: true }, { sharesSubjects: true }, { trained: 3 }]) {
    assert.match(
      answer(undefined, judged({ ...heldOut, ...facts }))[0],
      /^Of 200 windows of the judged part,/,
    );
  }
  assert.deepEqual(answer(undefined, undefined), []);
  assert.deepEqual(answer(undefined, { metrics: {}, tables: {}, details: {} }), []);
});

Deno.test("the answer says what was found where nothing says what is right, and only there", () => {
  const bout = (label: number, duration: number) => ({ label, duration });
  const behaviours = {
    names: ["motif 0", "motif 1", "motif 2"],
    bouts: [bout(0, 4), bout(2, 8), bout(0, 9), bout(-1, 1)],
  };
  const given = behaviours as unknown as Parameters<typeof answer>[2];
  assert.deepEqual(answer(undefined, undefined, given), [
    "Found: 2 of 3 behaviours in 3 bouts, half of them shorter than 8 s.",
  ]);
  assert.equal(answer(undefined, judged(heldOut), given).some((sentence) => /Found/.test(sentence)), false);
});

import assert from "node:assert/strict";
import { monitor, type MonitoredSide } from "../../../lib/metrics/drift/monitor.ts";
import { Random } from "../../../lib/random.ts";
import { codesFrom } from "../../cluster/make_request.ts";
import { makeWindows } from "../../temporal/fixtures.ts";

const options = { level: 0.99, draws: 20, minCount: 1, minStability: 0.7, refits: 0 };

/** Two people with as many windows as there are rows of logits, and codes. */
function side(logits: number[][], codes: number[]): MonitoredSide {
  const windows = makeWindows([{ subject: "a", samples: 5 * (logits.length / 2) + 5 }, {
    subject: "b",
    samples: 5 * (logits.length / 2) + 5,
  }]);
  const classes = logits[0].map((_, c) => `class ${c}`);
  return {
    windows,
    codes: codesFrom(Uint32Array.from(codes), [4, 4]),
    latents: {
      latents: new Float32Array(logits.length),
      dimensions: 1,
      logits: Float32Array.from(logits.flat()),
      classes,
      details: {},
    },
  };
}
const near = (actual: number | null, expected: number) =>
  assert.ok(Math.abs(actual! - expected) < 1e-6, `${actual} is not ${expected}`);

const even = [0, 0, 0, 0], certain = [50, 0, 0, 0], half = [30, 30, 0, 0];

Deno.test("T113 monitor() gives the mean entropy of the predictions in nat, and its change relative to the reference", () => {
  const before = side([even, certain, even, certain], [0, 1, 0, 1]);
  const now = side([half, even, half, half], [0, 1, 0, 1]);
  const { metrics } = monitor(before, now, options, new Random(1));
  // Four classes alike are ln 4, two are ln 2, one is 0.
  near(metrics.prediction_entropy.value, (3 * Math.log(2) + Math.log(4)) / 4);
  near(metrics.prediction_entropy_change.value, 5 / 4 - 1);
  assert.deepEqual([metrics.prediction_entropy.unit, metrics.prediction_entropy.n], ["nat", 4]);
});

Deno.test("monitor() counts codes that the reference never shows, and the change of the codebook's use", () => {
  const before = side([even, even, even, even], [0, 1, 2, 3]);
  const now = side([even, even, even, even], [0, 1, 9, 9]);
  const { metrics, tables } = monitor(before, now, options, new Random(1));
  assert.equal(metrics.unseen_code_share.value, 0.5);
  near(metrics.codebook_utilization.value, 3 / 16);
  // Entropies: ln 4, and of shares 1/4, 1/4, 1/2 it is 3/2 ln 2.
  near(metrics.perplexity.value, 2 ** 1.5);
  near(metrics.perplexity_change.value, 2 ** 1.5 / 4 - 1);
  assert.deepEqual(tables.drift_bins.map(({ bin }) => bin).sort(), [0, 1, 2, 3, 9]);
  assert.deepEqual(tables.drift.map((row) => [row.subjects, row.new_subjects]), [[2, 2]]);
});

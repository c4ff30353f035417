import assert from "node:assert/strict";
import { join } from "node:path";
import { Behaviours } from "../../../lib/artifacts/behaviours.ts";
import { Metrics } from "../../../lib/artifacts/metrics.ts";
import { Recordings } from "../../../lib/artifacts/recordings.ts";
import { assessQuality } from "../../../lib/signal/quality.ts";
import { simulateRecordings } from "../../../lib/signal/simulate/simulate.ts";
import { drawSection, sections } from "../../../lib/report/sections/mod.ts";
import { parseHTML } from "linkedom";
import { coverage } from "../../../lib/report/coverage_figures.ts";
import { type Source, Sources } from "../../../lib/report/sources.ts";
import { makeBehaviours, makeMetrics, writeFixtures } from "../fixtures.ts";

async function withFolder(use: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await use(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function metricsIn(dir: string, value: Metrics): Promise<Sources> {
  await Metrics.write(dir, value);
  return new Sources([{ step: "judge", cell: {}, type: "Metrics", dir } satisfies Source]);
}

Deno.test("each section has an id of its own and no table is claimed twice", () => {
  const ids = sections.map((s) => s.id);
  assert.equal(new Set(ids).size, ids.length);
  const claims = sections.flatMap((s) => [...s.claims]);
  assert.equal(new Set(claims).size, claims.length);
});

Deno.test("each section without its data says in one sentence what is absent", async () => {
  for (const { id } of sections) {
    const html = (await drawSection(id, new Sources([]))).toHtml();
    if (id === "overview" || id === "limits") assert.doesNotMatch(html, /undefined|NaN/);
    else assert.match(html, /^<p class="note[^"]*">[^<]*(connected to|set in)[^<]*\.<\/p>$/, id);
  }
});

Deno.test("each section draws artifacts of every type without undefined numbers", async () => {
  await withFolder(async (dir) => {
    const sources = new Sources(await writeFixtures(dir));
    for (const { id } of sections) {
      assert.doesNotMatch((await drawSection(id, sources)).toHtml(), /NaN|undefined|\[object/, id);
    }
  });
});

Deno.test("the data section shows what load read: rates, gaps, units, classes by people, what was left out", async () => {
  await withFolder(async (dir) => {
    const set = simulateRecordings({ subjects: 2, minutes: 1, seed: 3 });
    set.quality = {
      ...assessQuality(set).quality,
      gaps: 2,
      gapSeconds: 3,
      longestGapSeconds: 2,
      measuredRate: { lowest: 49.5, median: 50, highest: 50.5, n: 7 },
      units: [{ sensor: "wrist", quantity: "acceleration", declared: "g", looksLike: "m/s^2" }],
      notes: ["Left out files that tell about the data: <README>"],
    };
    await Recordings.write(dir, set);
    const source = { step: "recordings", cell: {}, type: "Recordings", dir } satisfies Source;
    const html = (await drawSection("data", new Sources([source]))).toHtml();
    assert.match(html, /median 50 Hz, 49.5 to 50.5 Hz \(measured from the times of 7 stretches\)/);
    assert.match(html, /2 of 3(\.0)? s in all, the longest 2(\.0)? s/);
    assert.match(html, /acceleration of wrist: declared g, looks like m\/s\^2/);
    assert.match(html, /<li>Left out files that tell about the data: &lt;README&gt;<\/li>/);
    for (const { subject } of set.recordings) assert.ok(html.includes(`>${subject}</th>`), subject);
  });
});

Deno.test("the data section says that a rate is assumed or only stated", async () => {
  const set = simulateRecordings({ subjects: 2, minutes: 1, seed: 3 });
  for (
    const [rateSource, words] of [["assumed", /assumed, not measured/], ["stated", /stated, not/]] as const
  ) {
    await withFolder(async (dir) => {
      set.quality = { ...assessQuality(set).quality, rateSource };
      await Recordings.write(dir, set);
      const source = { step: "recordings", cell: {}, type: "Recordings", dir } satisfies Source;
      assert.match((await drawSection("data", new Sources([source]))).toHtml(), words);
    });
  }
});

Deno.test("sections escape hostile names and take names that objects inherit", async () => {
  await withFolder(async (dir) => {
    const labels = ["<script>&\"'", "constructor", "__proto__"];
    const sources = await metricsIn(dir, makeMetrics({ labels }));
    const html = (await drawSection("confusion", sources)).toHtml();
    assert.doesNotMatch(html, /<script>/);
    for (const name of ["&lt;script&gt;&amp;", "constructor", "__proto__"]) {
      assert.ok(html.includes(name), name);
    }
  });
});

Deno.test("the scores show a table that no section claims, and none that one claims", async () => {
  await withFolder(async (dir) => {
    const value = makeMetrics();
    value.tables.own_table = [{ "who & what": "a<b" }];
    value.tables.noise = [{ noise: 0.123456 }];
    const html = (await drawSection("scores", await metricsIn(dir, value))).toHtml();
    assert.match(html, /<h4>own table<\/h4>[^]*who &amp; what[^]*a&lt;b/);
    assert.doesNotMatch(html, /0\.1235/);
  });
});

Deno.test("drawSection() offers the nearest name for one that is unknown", async () => {
  await assert.rejects(
    drawSection("score" as "scores", new Sources([])),
    (error: Error & { hint?: string }) => /no such section/.test(error.message) && /scores/.test(error.hint!),
  );
});

Deno.test("the bouts section shows how states and stickiness of a hidden semi-Markov model were chosen", async () => {
  await withFolder(async (dir) => {
    const behaviours = makeBehaviours({ recordings: 1, minutes: 1 });
    const drawn = async (name: string, value: typeof behaviours) => {
      const own = join(dir, name);
      await Deno.mkdir(own);
      await Behaviours.write(own, value);
      const sources = new Sources([{ step: "smooth", cell: {}, type: "Behaviours", dir: own }]);
      return (await drawSection("bouts", sources)).toHtml();
    };
    assert.doesNotMatch(await drawn("rules", behaviours), /Number of states|Stickiness/);
    const two = [0.5, 0.5];
    const record = {
      emission: "motifs" as const,
      levels: [2],
      states: 2,
      max_duration: 2,
      initial: two,
      transition: [0, 1, 1, 0],
      durations: [two, two],
      tails: [0.5, 0.5],
      stickiness: 2,
      log_shares: [0, -9, -9, 0],
    };
    const curve = [2, 3].map((states) => ({ states, log_likelihood: -1 / states, error: 0.5 }));
    const html = await drawn("hsmm", {
      ...behaviours,
      hsmm: {
        record,
        choice: { states: 2, curve, folds: 4, hit_boundary: false },
        scale: { longest: 2.5, chosen: true },
        sample: {
          windows: 20_000,
          of: 72_000,
          check: { windows: 19_990, log_likelihood: -1.25, own: -1.225, ari: 0.987 },
        },
        stickinessScan: [0, 2].map((stickiness) => ({ stickiness, bouts: 9, median: 3 })),
        durations: [0, 1].map(() => ({ mean: 3, tail: 0.5, theta: null, r: null })),
      },
    });
    assert.match(html, /Number of states[^]*2 states were taken/);
    assert.match(html, /Stickiness[^]*2 nats were used/);
    assert.match(html, /fitted on 20.000 windows, drawn from 72.000/);
    assert.match(
      html,
      /gains 0\.02\d* nats a window over .1\.25\d*, .* Rand index of 0.987 \(n = 19.990 windows, simulated\)/,
    );
    assert.match(
      html,
      /up to 2 predictions have a probability each, chosen from the data \(longest mean 3 predictions\)/,
    );
  });
});

Deno.test("the limits say what intervals and verdicts hold, from the bench's own figures", async () => {
  await withFolder(async (dir) => {
    assert.doesNotMatch((await drawSection("limits", new Sources([]))).toHtml(), /Simulated: /);
    const html = (await drawSection("limits", await metricsIn(dir, makeMetrics()))).toHtml();
    const { document } = parseHTML(`<body>${html}</body>`);
    const rows = [...document.querySelectorAll("details tbody tr")].map((row) =>
      [...row.querySelectorAll("td")].map((cell) => cell.textContent!.replace(/\s/g, " "))
    );
    assert.deepEqual(rows.map(([of]) => of), coverage.intervals.map(({ of }) => of));
    coverage.intervals.forEach(({ covered }, i) =>
      assert.equal(rows[i][2].slice(0, 4), (100 * covered).toFixed(1))
    );
  });
});

Deno.test("docs/coverage.md and the report's figures are of one run of the bench", async () => {
  const text = await Deno.readTextFile(new URL("../../../docs/coverage.md", import.meta.url));
  const gate = /\| gate 0\.9 passed in ([\d.]+) %/.exec(text)!;
  assert.equal(Number(gate[1]), +(100 * coverage.gate).toFixed(1));
  assert.ok(text.replace(/\s+/g, " ").includes(`simulated, ${coverage.studies} studies a row`));
});

Deno.test("the ethograms of a report draw fewer recordings where each has many bouts", async () => {
  await withFolder(async (dir) => {
    const drawn = async (name: string, minutes: number) => {
      const own = join(dir, name);
      await Deno.mkdir(own);
      const behaviours = makeBehaviours({ recordings: 30, minutes });
      await Behaviours.write(own, behaviours);
      const source = { step: "smooth", cell: {}, type: "Behaviours", dir: own };
      const html = (await drawSection("ethogram", new Sources([source]))).toHtml();
      return { html, mean: behaviours.bouts.length / 30 };
    };
    assert.match((await drawn("few", 5)).html, />14 more recordings</);
    const { html, mean } = await drawn("many", 120);
    const most = Math.floor(6000 / mean);
    assert.ok(most > 3 && most < 15, `${most}`);
    assert.match(html, new RegExp(`>${most} more recordings<`));
    assert.match(html, new RegExp(`Recordings ${most + 1} to ${2 * most} of 30 recordings are shown`));
  });
});

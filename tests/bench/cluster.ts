/**
 * Speed of clustering, beside scikit-learn in the same run on the same rows.
 *
 * `deno run -A tests/bench/cluster.ts [--alone] [--growth] [WORK...]`: `--alone` leaves scikit-learn out, `--growth`
 * adds the table from 10 000 to 10 000 000 windows; WORK is any of sweep, silhouette, dbscan, ward, gmm (all).
 */
import { join } from "node:path";
import { writeNpy } from "../../lib/artifacts/npy.ts";
import { pointsOfCodes } from "../../lib/cluster/points/code_points.ts";
import { dbscan } from "../../lib/cluster/fit/dbscan.ts";
import type { Mixture } from "../../lib/cluster/fit/gmm.ts";
import { gmm } from "../../lib/cluster/fit/gmm.ts";
import { dendrogram } from "../../lib/cluster/fit/hierarchical.ts";
import { kmeans } from "../../lib/cluster/fit/kmeans.ts";
import type { IndexedPoints } from "../../lib/cluster/points/points.ts";
import { silhouette } from "../../lib/cluster/judge/silhouette.ts";
import { Random } from "../../lib/random.ts";
import { benchCodes, levels } from "./cluster_data.ts";
import { asTheyAre } from "./others.ts";

const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));

/** Seconds that `work` takes, the best of `repeats`. */
function seconds<T>(work: () => T, repeats = 3): { time: number; value: T } {
  let time = Infinity, value: T;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    value = work();
    time = Math.min(time, (performance.now() - start) / 1000);
  }
  return { time, value: value! };
}

const smallCodes = benchCodes(100_000, 12, 0.35), largeCodes = benchCodes(1_000_000, 12, 1.5);
const small = pointsOfCodes(smallCodes, levels), large = pointsOfCodes(largeCodes, levels);
const { centroids, labels } = kmeans(large, 12, new Random(1));

/** The same start and the same number of rounds for both mixtures. */
const mixtureStart = {
  rounds: 20,
  reg_covar: 1e-3,
  variance: 0.1,
  weights: new Array<number>(12).fill(1 / 12),
};
const mixture: Mixture = {
  covariance: "full",
  weights: Float64Array.from(mixtureStart.weights),
  means: centroids,
  covariances: Float64Array.from({ length: 12 * 25 }, (_, q) => q % 25 % 6 === 0 ? mixtureStart.variance : 0),
};

interface Work {
  what: string;
  wanted: string;
  run(): unknown;
  note(value: any, other: Record<string, number>): string;
}

/** Each work starts from the codes of the windows. */
const works: Record<string, Work> = {
  sweep: {
    what: "k sweep 4…24, n_init 10, 100 000 windows",
    wanted: "≥ 20 ×",
    run() {
      const points = pointsOfCodes(smallCodes, levels);
      for (let k = 4; k <= 24; k++) kmeans(points, k, new Random(k));
    },
    note: () => `${small.weights.length} distinct codes`,
  },
  silhouette: {
    what: "exact silhouette, 1 000 000 windows",
    wanted: "≤ 1 s",
    run: () => silhouette(pointsOfCodes(largeCodes, levels), labels, 12),
    note: (value) => `${value.toFixed(4)}; scikit-learn: 10 000 windows`,
  },
  dbscan: {
    what: "DBSCAN, 100 000 windows",
    wanted: "≥ 100 ×",
    run: () => dbscan(pointsOfCodes(smallCodes, levels), 0.3, 200),
    note: (value, other) => `${value.k} and ${other.dbscan_clusters ?? "–"} clusters`,
  },
  ward: {
    what: "Ward, 1 000 000 windows",
    wanted: "≤ 3 s",
    run: () => dendrogram(pointsOfCodes(largeCodes, levels), "ward"),
    note: () => `${large.weights.length} distinct codes; scikit-learn: 10 000 windows`,
  },
  gmm: {
    what: "GMM k = 12 full, 20 rounds, 1 000 000 windows",
    wanted: "≥ 20 ×",
    run: () =>
      gmm(pointsOfCodes(largeCodes, levels), 12, mixture, {
        regCovar: mixtureStart.reg_covar,
        maxIterations: mixtureStart.rounds,
        tolerance: 0,
      }),
    note: (value, other) =>
      `mean log-likelihood ${(value.logLikelihood / 1e6).toFixed(6)} and ${
        other.gmm_score?.toFixed(6) ?? "–"
      }`,
  },
};

async function writeRows(path: string, { values, index, dimensions }: IndexedPoints): Promise<void> {
  const rows = new Float64Array(index.length * dimensions);
  index.forEach((p, n) => rows.set(values.subarray(p * dimensions, (p + 1) * dimensions), n * dimensions));
  await writeNpy(path, rows, [index.length, dimensions]);
}

/** Runs the Python counterpart; empty where there is none. */
async function scikitLearn(names: string[]): Promise<Record<string, number>> {
  const folder = await Deno.makeTempDir();
  try {
    await writeRows(join(folder, "rows_100000.npy"), small);
    await writeRows(join(folder, "rows_1000000.npy"), large);
    const means = Array.from({ length: 12 }, (_, c) => [...centroids.subarray(5 * c, 5 * c + 5)]);
    await Deno.writeTextFile(join(folder, "start.json"), JSON.stringify({ ...mixtureStart, means }));
    const script = new URL("cluster_sklearn.py", import.meta.url).pathname;
    const { success, stdout } = await new Deno.Command("/usr/bin/python3", {
      args: [script, folder, ...names],
      env: asTheyAre,
      stderr: "inherit",
    }).output();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : {};
  } catch (error) {
    print(`scikit-learn not measured: ${(error as Error).message}`);
    return {};
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Time and memory from 10⁴ to 10⁷ windows of the codebook of 4 800. */
function growth(): void {
  print(
    "\n| windows | distinct codes | points | k-means 12, n_init 10 | GMM 12 full, 20 rounds | DBSCAN | Ward | silhouette | memory |",
  );
  print("|---|---|---|---|---|---|---|---|---|");
  const all = benchCodes(10_000_000, 12, 1.5);
  const options = { regCovar: mixtureStart.reg_covar, maxIterations: mixtureStart.rounds, tolerance: 0 };
  for (const n of [1e4, 1e5, 1e6, 1e7]) {
    const codes = all.subarray(0, n);
    const { time, value: points } = seconds(() => pointsOfCodes(codes, levels));
    const fit = seconds(() => kmeans(points, 12, new Random(1)));
    const times = [
      time,
      fit.time,
      seconds(() => gmm(points, 12, mixture, options)).time,
      seconds(() => dbscan(points, 0.3, n / 500)).time,
      seconds(() => dendrogram(points, "ward")).time,
      seconds(() => silhouette(points, fit.value.labels, 12)).time,
    ];
    const memory = `${Math.round(Deno.memoryUsage().rss / 2 ** 20)} MiB`;
    const cells = times.map((t) => `${t.toFixed(3)} s`);
    print(`| ${n} | ${points.weights.length} | ${cells.join(" | ")} | ${memory} |`);
  }
}

const named = Deno.args.filter((arg) => Object.hasOwn(works, arg));
const names = named.length > 0 ? named : Object.keys(works);
const ours = new Map(names.map((name) => [name, seconds(works[name].run)]));
const theirs = Deno.args.includes("--alone") ? {} : await scikitLearn(names);
print("| work | Motiflow | scikit-learn | ratio | wanted | note |");
print("|---|---|---|---|---|---|");
for (const [name, { time, value }] of ours) {
  const { what, wanted, note } = works[name];
  const other = theirs[name];
  const beside = other === undefined ? "– | –" : `${other.toFixed(2)} s | ${(other / time).toFixed(0)} ×`;
  print(`| ${what} | ${time.toFixed(3)} s | ${beside} | ${wanted} | ${note(value, theirs)} |`);
}
if (Deno.args.includes("--growth")) growth();

/** Smoothing by a hidden semi-Markov model that is fitted, or was fitted elsewhere. */
import type { HsmmRecord } from "../artifacts/smoothing.ts";
import { Part } from "../artifacts/split.ts";
import type { Windows } from "../artifacts/windows.ts";
import { fingerprint } from "../cluster/identity.ts";
import { InputError } from "../errors.ts";
import type { Random } from "../random.ts";
import { boutDurations } from "./bout_durations.ts";
import { meanDuration } from "./hsmm/duration.ts";
import { decodeByHsmm, fitByHsmm } from "./hsmm/motifs.ts";
import { sampleStretches } from "./hsmm/sample.ts";
import type { Smoothed, SmoothingInput, SmoothingOptions } from "./smoothing_request.ts";
import { restrict, type Stretch, windowsIn } from "./stretches.ts";
import { boutsOf } from "./timeline.ts";

/** Labels windows by states; adds to `warnings` what a user should see. */
export function smoothByHsmm(
  { motifs, windows, codes, split, fitted }: SmoothingInput,
  options: SmoothingOptions,
  stretches: Stretch[],
  rng: Random,
  warnings: string[],
  onProgress: (message: string) => void,
): Smoothed {
  const causal = options.causal === true ? { causal: true as const } : {};
  if (fitted !== undefined) {
    const { hsmm } = fitted;
    if (hsmm === undefined) {
      throw new InputError(
        "Cannot apply fitted behaviours: they were smoothed by rules, there is no model in them",
        {
          hint: "Connect behaviours of a `smooth` step with method: hsmm, or leave `fitted` out.",
        },
      );
    }
    const { causal: _, ...plain } = hsmm.record;
    const record = { ...plain, ...causal };
    const labels = decodeByHsmm(record, { motifs, codes }, stretches);
    return {
      ...identityOf(record),
      labels,
      k: record.states,
      names: fitted.names,
      hsmm: { ...hsmm, record },
      details: { applied: true },
    };
  }
  const training = split === undefined ? stretches : restrict(stretches, (i) => split.part[i] === Part.train);
  if (training.length === 0) {
    throw new InputError("Cannot fit the hidden semi-Markov model: the training part of the split is empty", {
      hint: "Leave the split out to fit on all windows, or use one with a training part.",
    });
  }
  const { recordings } = windows.recordings;
  const { sample: most = Infinity, ...settings } = options.hsmm;
  const nameOf = ({ from }: Stretch) => {
    const { subject, id } = recordings[windows.recording[from]];
    return JSON.stringify([subject, id, windows.start[from]]);
  };
  const drawn = windowsIn(training) <= most
    ? undefined
    : sampleStretches(training, most, nameOf, settings.maxDuration ?? 0, rng.fork("sample").uint32());
  const used = drawn?.fit ?? training;
  const { fit, record: bare, choice, longest, error } = fitByHsmm({ motifs, codes }, used, {
    ...settings,
    check: drawn?.check,
    groupOf: ({ from }) => recordings[windows.recording[from]].subject,
    onPass: ({ start, iteration, logLikelihood }) =>
      onProgress(`HSMM start ${start + 1}, pass ${iteration}: log-likelihood ${logLikelihood.toFixed(3)}`),
  }, rng);
  const record = { ...bare, ...causal };
  if (!fit.converged) warnings.push(`HSMM: EM did not converge in ${options.hsmm.iterations} passes`);
  if (choice?.hit_boundary) {
    warnings.push(`HSMM: ${choice.states} states, the most that were tried, did best; widen hsmm.n_states`);
  }
  const decode = (stickiness: number) =>
    decodeByHsmm({ ...record, stickiness }, { motifs, codes }, stretches);
  return {
    ...identityOf(record),
    labels: decode(record.stickiness),
    k: record.states,
    hsmm: {
      record,
      ...(choice === undefined ? {} : { choice }),
      scale: { longest, chosen: options.hsmm.maxDuration === undefined },
      ...(drawn === undefined ? {} : { sample: { windows: windowsIn(used), of: drawn.of, check: error } }),
      ...(options.stickinessScan === undefined ? {} : {
        stickinessScan: options.stickinessScan.map((stickiness) => ({
          stickiness,
          ...boutFacts(windows, decode(stickiness), stretches),
        })),
      }),
      durations: fit.model.durations.map((d) => ({
        mean: meanDuration(d),
        tail: d.tail,
        theta: d.theta ?? null,
        r: d.r ?? null,
      })),
    },
    details: {
      fitted_on: windowsIn(used),
      family: options.hsmm.family,
      max_duration: record.max_duration,
      log_likelihood: fit.history,
      starts: fit.starts,
      converged: fit.converged,
      state_usage: fit.usage,
    },
  };
}

/** States are of one fit where their model is, however they are decoded. */
function identityOf(
  { stickiness: _, causal: _causal, ...model }: HsmmRecord,
): Pick<Smoothed, "kind" | "fit"> {
  return { kind: "state", fit: fingerprint(model) };
}

/** Number of bouts of a decoding and their median in seconds, as a scan of stickiness compares them. */
function boutFacts(
  windows: Windows,
  labels: Int32Array,
  stretches: Stretch[],
): { bouts: number; median: number | null } {
  const bouts = boutsOf(windows, labels, stretches).filter(({ label }) => label >= 0);
  return { bouts: bouts.length, median: boutDurations(bouts)?.median ?? null };
}

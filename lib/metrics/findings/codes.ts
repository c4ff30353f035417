/** How the codebook is used. */
import { percent } from "../../text/numbers.ts";
import { manyClasses } from "../../fsq/levels_for_classes.ts";
import { type FindingRule, show } from "./rule.ts";

/** A label in a list of labels: quoted where it could be read as two. */
const quoted = (label: string) => /[\s,"]/.test(label) ? JSON.stringify(label) : label;

export const collapse: FindingRule = {
  id: "codebook_collapse",
  needs: ["perplexity", "top_code_share", "collapsed"],
  severity: "warning",
  finding: "The codebook has collapsed",
  advice:
    "Standardise the latents before the bound, lower the learning rate, check the straight-through gradient, " +
    "or raise the entropy weight. Fewer levels do not cure it, and FSQ has no commitment loss.",
  evidence({ of }) {
    const trained = of("collapsed") === 1;
    if (!(of("perplexity") < 1.5 || of("top_code_share") > 0.8 || trained)) return undefined;
    return `perplexity ${show(of("perplexity"))}, the most frequent code holds ${
      percent(of("top_code_share"))
    }` + (trained ? "; the last two epochs of the training had collapsed on the validation part" : "");
  },
};

export const mergedMotifs: FindingRule = {
  id: "merged_behaviours",
  needs: ["code_dictionary"],
  severity: "advice",
  finding: "Codes mix behaviours: there may be too few levels",
  advice: "Try more levels or another dimension, and compare accuracy by subject.",
  evidence({ tables }) {
    const rows = tables.code_dictionary ?? [];
    const support = (list: typeof rows) => list.reduce((s, row) => s + (row.support as number), 0);
    const labels = (row: typeof rows[number]) => row.shared as string[];
    const mixed = rows.filter((row) => labels(row).length > 1);
    const share = support(mixed) / support(rows);
    if (!(share >= 0.2)) return undefined;
    const worst = [...mixed].sort((a, b) => (b.support as number) - (a.support as number)).slice(0, 3);
    return `${mixed.length} of ${rows.length} codes, with ${
      percent(share)
    } of the windows, are shared by labels; ` +
      `e.g. ${worst.map((r) => `${r.code} (${labels(r).map(quoted).join(", ")})`).join("; ")}`;
  },
};

export const saturated: FindingRule = {
  id: "saturated_codebook",
  needs: ["perplexity"],
  severity: "advice",
  finding: "All codes are used about equally",
  advice: "More levels may help; noise looks the same, so accept them only if accuracy by subject rises.",
  evidence({ of, n }) {
    const size = of("used_codes") / of("codebook_utilization");
    if (!(of("perplexity") / size > 0.9 && n("perplexity") >= 20 * size)) return undefined;
    return `perplexity ${show(of("perplexity"))} of ${show(size)} codes over ${n("perplexity")} windows`;
  },
};

export const manyCodes: FindingRule = {
  id: "many_codes",
  needs: ["used_codes"],
  severity: "info",
  finding: "More codes are in use than a person can tell apart",
  advice:
    "Dozens are a rule of thumb: read motifs instead, or compare accuracy by subject with fewer levels.",
  evidence({ of, n }) {
    const used = of("used_codes");
    if (!(used > 100)) return undefined;
    return `${show(used)} codes over ${n("used_codes")} windows, used like ${
      show(of("perplexity"))
    } even ones (perplexity)`;
  },
};

/** Gain in accuracy of a twin from which a code counts as too narrow. */
const worthwhile = 0.01;

export const idleCodes: FindingRule = {
  id: "idle_codes",
  needs: ["codebook_utilization"],
  severity: "advice",
  finding: "Most codes are never used, although there are enough windows to use them",
  // Of many classes three dimensions are too narrow, however few of their codes are used.
  advice: ({ classes }) =>
    classes < manyClasses
      ? "Fewer levels would say the same; compare with a smaller set."
      : "Levels of a dimension may be fewer; leave as many dimensions, which so many classes need, and compare accuracy by " +
        "subject.",
  evidence({ of, n }) {
    // A twin without quantiser that does better says that the code lacks room, not that it has too much.
    if (of("twin_accuracy") - of("accuracy") > worthwhile) return undefined;
    // Windows that could not reach a fifth of the codebook if they used it evenly say nothing of the rest.
    if (of("codebook_utilization_ceiling") < 0.2) return undefined;
    if (!(of("codebook_utilization") < 0.2 && of("codebook_utilization_relative") < 0.5)) return undefined;
    return `${show(of("used_codes"))} codes, ${
      percent(of("codebook_utilization"))
    } of the codebook; uniform use of ` +
      `${n("used_codes")} windows would reach ${percent(of("codebook_utilization_ceiling"))}`;
  },
};

export const distortion: FindingRule = {
  id: "quantization_distortion",
  needs: ["quantization_distortion"],
  severity: "info",
  finding: "What quantisation costs the latents",
  advice: "A classifier has no reconstruction error; judge the cost by the accuracy of an unquantised twin.",
  evidence({ of, n }) {
    const d = of("quantization_distortion");
    if (Number.isNaN(d)) return undefined;
    return `mean squared distance ${show(d)} per dimension over ${n("quantization_distortion")} windows`;
  },
};

/** `levels`: analyse, recommend and optimise FSQ levels. */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { readNpy } from "../../artifacts/npy.ts";
import { InputError } from "../../errors.ts";
import { analyzeLevels, lintLevels } from "../../fsq/levels_analysis.ts";
import { latentMoments, measureLevels } from "../../fsq/levels_measured.ts";
import { presets, selectLevels, suggestCodes, windowAdvice } from "../../fsq/levels_presets.ts";
import { recommendLevels } from "../../fsq/levels_recommendation.ts";
import { optimizeLevels } from "../../fsq/rate_distortion.ts";
import { windowPresets } from "../../signal/window/window_advice.ts";
import { Exit, exitCodes } from "../terminal/exit.ts";
import { table } from "../terminal/format.ts";
import { number } from "../../text/numbers.ts";
import { json, out } from "../terminal/terminal.ts";

/** `8,6,5` or `[8, 6, 5]` to numbers. */
function parseNumbers(text: string): number[] {
  const values = text.replace(/^\[|\]$/g, "").split(/[\s,]+/).filter((part) => part !== "").map(Number);
  if (values.length === 0 || values.some((v) => !Number.isFinite(v))) {
    throw new InvalidArgumentError("It must be numbers such as 8,6,5.");
  }
  return values;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("It must be a whole number from 1.");
  }
  return value;
}

function level(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 3) {
    throw new InvalidArgumentError("It must be a whole number from 3: two levels are useless.");
  }
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be a positive number.");
  return value;
}

/** Programmer errors of the science that here come from what the user typed. */
function asked<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}

const list = (levels: readonly number[]) => `[${levels.join(", ")}]`;

function describe(levels: readonly number[], use: { windows?: number; edge?: boolean }) {
  const analysis = asked(() => analyzeLevels(levels));
  return { ...analysis, findings: lintLevels(levels, use) };
}

function print(facts: ReturnType<typeof describe>): void {
  out(table([
    ["levels", list(facts.levels)],
    ["codes", String(facts.codes)],
    [
      "bits",
      `${number(facts.bits)} (${
        facts.bitsPerDimension.map(number).join(" + ")
      }), ${facts.storageBits} stored`,
    ],
    ["place values", facts.basis.join(" ")],
    ["imbalance", `${number(facts.imbalance)} (standard deviation over mean of the levels)`],
    ["quantiser", "0 bytes; its cost does not depend on the number of codes"],
    ["a table by code", `${number(facts.indexKiB)} KiB of numbers, ${number(facts.tableKiB)} KiB of vectors`],
    [
      "windows needed",
      `${facts.windowsFor60} to see 60 % of the codes under even use, ${facts.windowsFor80} for 80 %`,
    ],
  ]));
  for (const f of facts.findings) out(`${f.severity}: ${f.message}`);
}

const analyse = new Command("analyse").alias("analyze")
  .description("What levels mean: codes, bits, storage, windows needed, remarks.")
  .argument("<levels>", "e.g. 8,6,5", parseNumbers)
  .option("--windows <n>", "windows that will be coded", whole)
  .option("--edge", "for a small device")
  .option("--json", "as JSON")
  .action((levels, options) => {
    const use = {
      ...(options.windows === undefined ? {} : { windows: options.windows }),
      edge: options.edge === true,
    };
    const facts = describe(levels, use);
    if (options.json === true) json(facts);
    else print(facts);
    if (facts.findings.some((f) => f.severity === "error")) throw new Exit(exitCodes.failed);
  });

const recommend = new Command("recommend")
  .description("Levels whose product comes closest to a number of codes.")
  .argument("<codes>", "wanted number of codes", whole)
  .argument("<dimensions>", "latent dimensions", whole)
  .addOption(
    new Option("--priority <what>", "accuracy keeps to 5 levels and more").choices(
      ["speed", "balanced", "accuracy"] as const,
    )
      .default("balanced" as const),
  )
  .option("--falling", "strictly falling levels, for variances that fall by dimension")
  .option("--min-level <n>", "fewest levels of a dimension", level)
  .option("--max-level <n>", "most levels of a dimension", level)
  .option("--json", "as JSON")
  .action((codes, dimensions, options) => {
    const found = asked(() =>
      recommendLevels(codes, dimensions, {
        priority: options.priority,
        profile: options.falling === true ? "decreasing" : "uniform",
        ...(options.minLevel === undefined ? {} : { minLevel: options.minLevel }),
        ...(options.maxLevel === undefined ? {} : { maxLevel: options.maxLevel }),
      })
    );
    if (options.json === true) json(found);
    else if (found.feasible) print(describe(found.levels, {}));
    else {out(
        `not feasible: ${found.reason}${
          found.nearest === undefined ? "" : `; nearest ${list(found.nearest)}`
        }`,
      );}
    if (!found.feasible) throw new Exit(exitCodes.failed);
  });

const select = new Command("select")
  .description("Levels to start from for a number of distinct behaviours.")
  .argument("<behaviours>", "number of distinct behaviours", whole)
  .addOption(
    new Option("--complexity <how>", "how intricate they are in time").choices(
      ["low", "medium", "high"] as const,
    )
      .default("medium" as const),
  )
  .option("--json", "as JSON")
  .action((behaviours, options) => {
    const levels = selectLevels(behaviours, options.complexity);
    const codes = suggestCodes(behaviours);
    if (options.json === true) {
      return json({ levels, codes: analyzeLevels(levels).codes, by20PerClass: codes });
    }
    print(describe(levels, {}));
    out(
      `20 codes a behaviour would be ${codes.start}; worth trying: ${codes.range[0]} to ${codes.range[1]}. ` +
        "A start, not a result: measure with select-levels.",
    );
  });

const named = new Command("presets")
  .description("Levels that the guides and the FSQ paper name.")
  .option("--json", "as JSON")
  .action((options) => {
    const rows = presets.map((p) => ({
      ...p,
      codes: analyzeLevels(p.levels).codes,
      belowPaper: p.levels.some((level) => level < 5),
    }));
    if (options.json === true) return json(rows);
    out(table([
      ["", "levels", "codes", "below 5", "for"],
      ...rows.map((p) => [p.name, list(p.levels), String(p.codes), p.belowPaper ? "yes" : "", p.use]),
    ]));
    out("None was measured to fit: levels below 5 are under the paper's least; measure with select-levels.");
  });

const window = new Command("window")
  .description(
    "Window length by the guides' rule, in seconds at your rate; without levels their usual pairs.",
  )
  .argument("[levels]", "e.g. 8,6,5", parseNumbers)
  .requiredOption("--rate <hertz>", "samples per second", positive)
  .option("--base <samples>", "samples of the middle choice", whole, 100)
  .option("--json", "as JSON")
  .action((levels, options) => {
    if (levels === undefined) {
      const pairs = windowPresets(options.rate);
      if (options.json === true) return json(pairs);
      return out(table(pairs.map((p) => [`${p.length} samples`, `${number(p.seconds)} s`, list(p.levels)])));
    }
    const { codes } = describe(levels, {});
    const advice = windowAdvice(codes, options.rate, options.base);
    if (options.json === true) return json(advice);
    const { samples, seconds } = advice;
    out(
      `${samples} samples = ${number(seconds)} s at ${number(options.rate)} Hz for ${codes} codes; ` +
        `with half of it as hop one prediction every ${number(seconds / 2)} s`,
    );
    out(
      "A rule of thumb without evidence: what a window must hold is set by the movement. The window step says which " +
        "labelled bouts are too short for it.",
    );
  });

const optimise = new Command("optimise").alias("optimize")
  .description("Levels of least distortion for the variances of latents, by exact search.")
  .option("--variances <list>", "variance of each latent dimension, e.g. 1,0.5,0.25", parseNumbers)
  .option("--latents <file>", "latents.npy [N, d]: variances, entropy and distortion are measured on it")
  .option("--max-codes <n>", "most codes", whole)
  .option("--max-bits <bits>", "most bits of a code", positive)
  .option("--max-distortion <share>", "share of the variance that may be lost", positive)
  .option("--min-level <n>", "fewest levels of a dimension", level, 3)
  .option("--max-level <n>", "most levels of a dimension", level, 16)
  .option("--json", "as JSON")
  .action(async (options) => {
    if (options.maxLevel < options.minLevel) {
      throw new InputError(`--min-level ${options.minLevel} is above --max-level ${options.maxLevel}`);
    }
    const { latents, variances } = await source(options.latents, options.variances);
    if (options.maxCodes === undefined && options.maxBits === undefined) {
      throw new InputError("Give --max-codes or --max-bits");
    }
    const found = asked(() =>
      optimizeLevels(variances, {
        minLevel: options.minLevel,
        maxLevel: options.maxLevel,
        ...(options.maxCodes === undefined ? {} : { maxCodes: options.maxCodes }),
        ...(options.maxBits === undefined ? {} : { maxBits: options.maxBits }),
        ...(options.maxDistortion === undefined ? {} : { maxDistortion: options.maxDistortion }),
      })
    );
    const moments = latents === undefined ? undefined : latentMoments(latents, variances.length);
    const rows = found.frontier.map((p) => ({
      ...p,
      best: p.levels.join() === found.best?.levels.join(),
      measured: moments === undefined ? null : measureLevels(latents!, moments, p.levels),
    }));
    if (options.json === true) json({ ...found, variances, frontier: rows });
    else {
      // The choices next to the best one; --json has all.
      const at = rows.findIndex((r) => r.best);
      const end = Math.min(rows.length, (at < 0 ? rows.length : at) + 6);
      const shown = rows.slice(Math.max(0, end - 20), end);
      const head = ["levels", "codes", "bits", "distortion", ...(moments ? ["measured", "entropy"] : []), ""];
      if (rows.length > shown.length) out(`${shown.length} of ${rows.length} choices on the frontier:`);
      if (rows.length > 0) {
        out(table([
          head,
          ...shown.map((r) => [
            list(r.levels),
            String(r.codes),
            number(r.bits),
            number(r.relativeDistortion),
            ...(r.measured ? [number(r.measured.relativeDistortion), number(r.measured.entropyBits)] : []),
            r.best ? "best" : "",
          ]),
        ]));
      }
      if (found.reason !== null) out(`not feasible: ${found.reason}`);
      const { wouldTake } = found;
      if (wouldTake !== null) {
        out(`the fewest codes that meet it: ${list(wouldTake.levels)}, ${wouldTake.codes} codes`);
      }
    }
    if (!found.feasible) throw new Exit(exitCodes.failed);
  });

async function source(
  file: string | undefined,
  variances: number[] | undefined,
): Promise<{ latents?: Float32Array; variances: number[] }> {
  if ((file === undefined) === (variances === undefined)) {
    throw new InputError("Give either --variances or --latents");
  }
  if (variances !== undefined) return { variances };
  const { data, shape } = await readNpy(file!, Float32Array).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new InputError("Cannot read latents: there is no such file", { file: file!, cause: error });
  });
  if (shape.length !== 2) {
    throw new InputError(`Cannot read latents: shape [${shape}] is not [N, d]`, { file: file! });
  }
  return { latents: data, variances: asked(() => latentMoments(data, shape[1]).variance) };
}

export const command = new Command()
  .description("Analyse, recommend and optimise FSQ levels.");
for (const child of [analyse, recommend, select, named, window, optimise]) {
  command.addCommand(child.exitOverride());
}

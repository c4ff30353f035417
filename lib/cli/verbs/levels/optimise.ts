/** `levels optimise`: least distortion for the variances of latents. */
import { Command } from "@commander-js/extra-typings";
import { readNpy } from "../../../artifacts/npy.ts";
import { InputError } from "../../../errors.ts";
import { latentMoments, measureLevels } from "../../../fsq/levels_measured.ts";
import { optimizeMeasured } from "../../../fsq/levels_feasible.ts";
import { optimizeLevels } from "../../../fsq/rate_distortion.ts";
import { number } from "../../../text/numbers.ts";
import { jsonOption, positive, wholePositive } from "../../flags.ts";
import { userPath } from "../../paths.ts";
import { Exit, exitCodes } from "../../terminal/exit.ts";
import { table } from "../../terminal/format.ts";
import { json, out } from "../../terminal/terminal.ts";
import { checked, level, list, parseNumbers } from "./shared.ts";

export const command = new Command("optimise").alias("optimize")
  .description("Levels of least distortion for the variances of latents, by exact search.")
  .option("--variances <list>", "variance of each latent dimension, e.g. 1,0.5,0.25", parseNumbers)
  .option("--latents <file>", "latents.npy [N, d]: variances, entropy and distortion are measured on it")
  .option("--max-codes <n>", "most codes", wholePositive)
  .option("--max-bits <bits>", "most bits of a code", positive)
  .option("--max-distortion <share>", "share of the variance that may be lost", positive)
  .option("--min-level <n>", "fewest levels of a dimension", level, 3)
  .option("--max-level <n>", "most levels of a dimension", level, 16)
  .addOption(jsonOption)
  .action(async (options) => {
    if (options.maxLevel < options.minLevel) {
      throw new InputError(
        `Cannot optimise: --min-level ${options.minLevel} is above --max-level ${options.maxLevel}`,
      );
    }
    const { latents, variances } = await source(options.latents, options.variances);
    if (options.maxCodes === undefined && options.maxBits === undefined) {
      throw new InputError("Cannot optimise: neither --max-codes nor --max-bits is given");
    }
    const moments = latents === undefined ? undefined : latentMoments(latents, variances.length);
    const target = {
      minLevel: options.minLevel,
      maxLevel: options.maxLevel,
      ...(options.maxCodes === undefined ? {} : { maxCodes: options.maxCodes }),
      ...(options.maxBits === undefined ? {} : { maxBits: options.maxBits }),
      ...(options.maxDistortion === undefined ? {} : { maxDistortion: options.maxDistortion }),
    };
    const found = checked(() =>
      moments === undefined ? optimizeLevels(variances, target) : optimizeMeasured(latents!, moments, target)
    );
    const how = moments === undefined ? "modelled" : "measured";
    const rows = found.frontier.map((p) => ({
      ...p,
      best: p.levels.join() === found.best?.levels.join(),
      measured: moments === undefined ? null : measureLevels(latents!, moments, p.levels),
    }));
    if (options.json === true) json({ ...found, judged: how, variances, frontier: rows });
    else {
      // The choices next to the best one; --json has all.
      const at = rows.findIndex((r) => r.best);
      const end = Math.min(rows.length, (at < 0 ? rows.length : at) + 6);
      const shown = rows.slice(Math.max(0, end - 20), end);
      const head = ["levels", "codes", "bits", "modelled", ...(moments ? ["measured", "entropy"] : []), ""];
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
        out(`the fewest codes that meet it: ${list(wouldTake.levels)}, ${wouldTake.codes} codes, as ${how}`);
      }
      if (found.feasible && options.maxDistortion !== undefined && how === "modelled") {
        out("as modelled, a lower limit: real latents lose more; give --latents to measure");
      }
    }
    if (!found.feasible) throw new Exit(exitCodes.failed);
  });

async function source(
  file: string | undefined,
  variances: number[] | undefined,
): Promise<{ latents?: Float32Array; variances: number[] }> {
  if ((file === undefined) === (variances === undefined)) {
    throw new InputError("Cannot optimise: one of --variances and --latents must be given");
  }
  if (variances !== undefined) return { variances };
  const { data, shape } = await readNpy(userPath(file!), Float32Array);
  if (shape.length !== 2) {
    throw new InputError(`Cannot read latents: shape [${shape}] is not [N, d]`, { file: file! });
  }
  return { latents: data, variances: checked(() => latentMoments(data, shape[1]).variance) };
}

/** Whether windows are what a model was trained on: every fact that both of them carry is compared. */
import type { ChannelFilter } from "../artifacts/channel_filter.ts";
import type { Model } from "../artifacts/model.ts";
import { inputLength, type Windows } from "../artifacts/windows.ts";
import { InputError } from "../errors.ts";
import { arrange } from "../signal/arrange.ts";
import { sameUnit } from "../signal/units.ts";

type ModelInput = Pick<
  Model,
  "architecture" | "sensors" | "channels" | "units" | "filters" | "rate" | "context" | "imported" | "stated"
>;

/** Windows as the model takes them, and what was done to them. */
export interface Fitted {
  windows: Windows;
  notes: string[];
}

/**
 * Windows with sensors and channels in the model's order. Names decide: where windows have the same ones in another
 * order they are put in order, and nothing else is ever changed.
 *
 * @throws {InputError} where sensors, channels, units, filters, length, context or rate differ. Of an imported encoder
 * only what somebody stated is compared.
 */
export function fitWindows(model: ModelInput, windows: Windows): Fitted {
  const { sensors, channels, rate } = windows.recordings;
  const [modelChannels, modelSensors, modelLength] = model.architecture.input;
  if (channels.length !== modelChannels) throw differ("channels", channels.length, modelChannels);
  if (sensors.length !== modelSensors) throw differ("sensors", sensors.length, modelSensors);
  if (inputLength(windows) !== modelLength) throw differ("length", inputLength(windows), modelLength);
  const context = windows.context ?? 0;
  if (model.imported !== true && context !== (model.context ?? 0)) {
    throw differ("context", context, model.context ?? 0);
  }
  if (model.rate !== 0 && Math.abs(rate - model.rate) > 1e-6 * model.rate) {
    throw differ("rate", `${rate} Hz`, `${model.rate} Hz`);
  }
  const known = (name: "sensors" | "channels") => model.imported !== true || model.stated?.includes(name);
  const sensorOrder = known("sensors") ? orderOf("sensors", sensors, model.sensors) : inOrder(sensors);
  const channelOrder = known("channels") ? orderOf("channels", channels, model.channels) : inOrder(channels);
  compareUnits(model, windows, channelOrder);
  compareFilters(model.filters, windows.recordings.filters);
  const notes = ([["sensors", sensors, sensorOrder], ["channels", channels, channelOrder]] as const)
    .filter(([, , order]) => !order.every((from, to) => from === to))
    .map(([what, have, order]) =>
      `The windows have ${what} [${have.join(", ")}]: put into the model's order [${
        order.map((i) => have[i]).join(", ")
      }]`
    );
  return notes.length === 0
    ? { windows, notes }
    : { windows: { ...windows, recordings: arrange(windows.recordings, sensorOrder, channelOrder) }, notes };
}

function differ(what: string, have: unknown, need: unknown, hint?: string): InputError {
  return new InputError(`Cannot use windows: they have ${what} ${have}, the model was trained on ${need}`, {
    hint,
  });
}

const inOrder = (names: readonly string[]): number[] => names.map((_, i) => i);

/** Place of each of the model's names among those of the windows. */
function orderOf(what: "sensors" | "channels", have: readonly string[], need: readonly string[]): number[] {
  if (have.every((name, i) => name === need[i])) return inOrder(have);
  const order = need.map((name) => have.indexOf(name));
  if (order.includes(-1) || new Set(order).size < order.length) {
    throw differ(
      what,
      `[${have.join(", ")}]`,
      `[${need.join(", ")}]`,
      `If they are the same ones, give them the model's names under ${what} of load.`,
    );
  }
  return order;
}

/** @param order Place in the windows of each channel of the model. */
function compareUnits(
  { channels, units }: ModelInput,
  { recordings }: Windows,
  order: readonly number[],
): void {
  const other = units.findIndex((unit, c) => !sameUnit(unit, recordings.units[order[c]]));
  if (other < 0) return;
  throw differ(
    "units",
    `${recordings.units[order[other]]} of ${recordings.channels[order[other]]}`,
    `${units[other]} of ${channels[other]}`,
    "State the units of the files under units of load; units_by_file converts those of some files.",
  );
}

/** A model that does not say how its channels were filtered is older than this fact, or from elsewhere. */
function compareFilters(
  need: readonly ChannelFilter[] | undefined,
  have: readonly ChannelFilter[] = [],
): void {
  if (need === undefined) return;
  const describe = (filters: readonly ChannelFilter[]) =>
    filters.map(({ to, order, cutoff, phase }) =>
      `${to.join(", ")} below ${cutoff} Hz of order ${order}, ${phase === "zero" ? "zero phase" : phase}`
    ).sort().join("; ") || "none";
  if (describe(have) === describe(need)) return;
  throw differ("filters", describe(have), describe(need), "Load both with the same setting of gravity.");
}

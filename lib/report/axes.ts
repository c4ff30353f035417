/** Axes that several figures share. */
import { typesetNumber } from "../text/typeset.ts";
import { scaleOf, smallPanel } from "./plot.ts";

/** A small panel of values by epoch, with the title beside its vertical axis. */
export function epochPanel(title: string, values: readonly (number | null)[], ticks = 5) {
  return {
    ...smallPanel,
    x: { label: "epoch", labelAnchor: "center", labelArrow: "none", ticks, tickFormat: "d" },
    y: { label: title, grid: true, nice: true, labelArrow: "none", ticks: 5, ...scaleOf(values) },
  } as const;
}

/**
 * Runs or looks one after the other, whatever time lies between them: at most about `most` of their dates are named, so
 * that none runs into the next.
 */
export function lookAxis(rows: readonly { when: string }[], most: number) {
  const step = Math.max(1, Math.ceil(rows.length / most));
  return {
    label: null,
    domain: [-0.5, Math.max(0.5, rows.length - 0.5)],
    ticks: [...rows.keys()].filter((i) => i % step === 0),
    tickFormat: (i: number) => rows[i]?.when ?? "",
  };
}

/** A vertical axis of any numbers, with what they are beside it. */
export function valueAxis(label: string) {
  return {
    label,
    grid: true,
    nice: true,
    labelArrow: "none",
    ticks: 5,
    tickFormat: (d: number) => typesetNumber(d),
  } as const;
}

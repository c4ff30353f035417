/** The colours of figures. */

/**
 * Eight colours, found by a search over those that stand out by 3 : 1 from white and from the dark page: any two are at
 * least 13 apart by CIEDE2000 for protanopes and deuteranopes (simulated after Machado and others, 2009, on linear and
 * on encoded RGB), and 17 for other readers. `tests/report/palette_test.ts` measures it.
 */
const hues = [
  "#0072b2",
  "#c9871b",
  "#138856",
  "#c08685",
  "#7583f9",
  "#b6491b",
  "#4f96a4",
  "#226e6b",
] as const;

/** Number of colours that every reader tells apart; what is beyond them is told by rows, shades and words as well. */
export const tellable: number = hues.length;

/** Colour of what belongs to no behaviour. */
const unassignedColor = "#b8bec6";

/** How much of white (above 0) or of black (below 0) the shades of a hue have. */
const shades = [0, 0.45, -0.4, 0.68, -0.62];

/** One of the shades of a hue: the first is the hue itself. */
export function shadeOf(hue: number, shade: number): string {
  const base = hues[hue % hues.length]!;
  const part = shades[shade % shades.length]!;
  const mixed = [1, 3, 5].map((at) => {
    const value = Number.parseInt(base.slice(at, at + 2), 16);
    return Math.round(value + (part > 0 ? 255 - value : value) * part);
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Colour of a label id, the same in every figure; beyond the first eight come shades of them. */
export function labelColor(id: number): string {
  return id < 0 ? unassignedColor : shadeOf(id, Math.floor(id / hues.length));
}

/** Black or white, whichever reads better on the colour `#rrggbb`. */
export function inkOn(color: string): string {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  return luminance > 0.179 ? "#000000" : "#ffffff";
}

/** A metric over runs as a line in a row of a table. */
import { Html, markup } from "../../text/html.ts";

const [width, height, margin] = [144, 32, 4];

/**
 * Draws values from left to right; holes where a run has none.
 *
 * @param label Read aloud in its place.
 */
export function sparkline(values: readonly (number | null)[], label: string): Html {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (i: number) =>
    margin + (values.length < 2 ? 0.5 : i / (values.length - 1)) * (width - 2 * margin);
  const y = (value: number) =>
    height - margin - (high > low ? (value - low) / (high - low) : 0.5) * (height - 2 * margin);
  let path = "";
  values.forEach((value, i) => {
    if (value === null) return;
    const open = i === 0 || values[i - 1] === null;
    path += `${open ? "M" : "L"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
  });
  const last = values.findLastIndex((value) => value !== null);
  const dot = last < 0
    ? ""
    : `<circle cx="${x(last).toFixed(1)}" cy="${y(values[last]!).toFixed(1)}" r="2.5" fill="#0072b2"/>`;
  return markup`<svg class="spark" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${new Html(
    `<path d="${path}" fill="none" stroke="#0072b2" stroke-width="1.5"/>${dot}`,
  )}</svg>`;
}

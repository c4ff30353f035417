/** What report notebooks import: sections for whole pages, figures and tables for one's own. */
export { Sources } from "./sources.ts";
export type { Source } from "./sources.ts";
export { draw, Figure, Plot } from "./plot.ts";
export { absent, facts, Fragment, note, objectTable, stack, table } from "./table.ts";
export { drawRemaining, drawSection, type SectionId, sections } from "./sections/mod.ts";
export * as figures from "./figures/mod.ts";

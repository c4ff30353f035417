/** Levels for a model that learns labelled classes, by their number. */

/** Fewest classes for which three dimensions are too narrow. */
export const manyClasses = 10;

/**
 * Levels for a number of labelled classes: three dimensions of four levels tell a few classes as well as more would, and
 * read easily; of ten classes and more they cost accuracy on people not learnt from, which six dimensions of five levels
 * do not. Measured; see docs/defaults.md.
 *
 * ```ts
 * import { levelsForClasses } from "./levels_for_classes.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(levelsForClasses(6), [4, 4, 4]);
 * assert.deepEqual(levelsForClasses(15), [5, 5, 5, 5, 5, 5]);
 * ```
 */
export function levelsForClasses(classes: number): number[] {
  return classes < manyClasses ? [4, 4, 4] : [5, 5, 5, 5, 5, 5];
}

/** Schemas of long lists: what `z.array` checks it also copies, as much again as a list of hundreds of thousands takes. */
import { z } from "zod";

/**
 * A list whose rows fit a schema, checked one by one in their place.
 *
 * ```ts
 * import { rowsOf } from "./rows_schema.ts";
 * import assert from "node:assert/strict";
 * import { z } from "zod";
 * const { error } = rowsOf(z.object({ x: z.number() })).safeParse([{ x: 1 }, { x: "2" }]);
 * assert.deepEqual(error!.issues[0]!.path, [1, "x"]);
 * ```
 */
export function rowsOf<T>(row: z.ZodType<T>): z.ZodType<T[]> {
  return z.custom<T[]>().superRefine((list, context) => {
    if (!Array.isArray(list)) {
      const { issues } = z.array(z.unknown()).safeParse(list).error!;
      return issues.forEach((issue) =>
        context.addIssue({ ...issue } as Parameters<typeof context.addIssue>[0])
      );
    }
    for (const [place, item] of list.entries()) {
      const { success, error } = row.safeParse(item);
      if (success) continue;
      for (const issue of error.issues) {
        context.addIssue(
          { ...issue, path: [place, ...issue.path] } as Parameters<typeof context.addIssue>[0],
        );
      }
    }
  });
}

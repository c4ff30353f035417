/** Metrics that parameters name, held against those that the program's steps measure. */
import { unlisted } from "../../metrics/catalogue.ts";
import type { ParamProblem } from "../../workflow/step.ts";

/**
 * Warns of a name that no step of the program measures and that looks like one that it does; a step of the user's own may
 * measure anything else.
 *
 * ```ts
 * import { unmeasured } from "./metric_names.ts";
 * import assert from "node:assert/strict";
 * assert.equal(unmeasured("acuracy", ["metrics", 0], "it is left out")[0].hint, 'did you mean "accuracy"?');
 * assert.deepEqual(unmeasured("wool_length", ["metrics", 0], "it is left out"), []);
 * ```
 *
 * @param then What becomes of it: the end of the sentence.
 */
export function unmeasured(name: string, path: ParamProblem["path"], then: string): ParamProblem[] {
  const meant = unlisted(name)?.nearest;
  if (meant === undefined) return [];
  return [{
    path,
    message: `no step measures "${name}", ${then}`,
    warning: true,
    hint: `did you mean "${meant}"?`,
  }];
}

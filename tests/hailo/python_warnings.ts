/** What `python3 -W error` cannot end: a warning of a file left open comes while memory is freed, and is only printed. */
import assert from "node:assert/strict";

/** Fails where a program printed such a warning. @param err Its standard error. */
export function assertNoWarning(err: string): void {
  assert.doesNotMatch(err, /Exception ignored in|\w+Warning: /);
}

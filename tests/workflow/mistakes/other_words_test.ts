import assert from "node:assert/strict";
import { keySuggestion } from "../../../lib/workflow/mistakes/other_words.ts";

Deno.test("keySuggestion() knows the words of alerts in gates, those of gates in alerts, and those of others", () => {
  const alerts = new Set(["metric", "below", "above"]);
  const gates = new Set(["metric", "at_least", "at_most"]);
  const cases: [key: string, known: Set<string>, ours: string][] = [
    ["at_most", alerts, "above"],
    ["at_least", alerts, "below"],
    ["max", alerts, "above"],
    ["above", gates, "at_most"],
    ["below", gates, "at_least"],
    ["min", gates, "at_least"],
    ["needs", new Set(["uses", "from"]), "from"],
  ];
  for (const [key, known, ours] of cases) {
    assert.equal(keySuggestion(key, known).hint, `it is called "${ours}" here`, key);
  }
  assert.equal(keySuggestion("metrics", alerts).hint, 'did you mean "metric"?');
});

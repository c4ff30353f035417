import assert from "node:assert/strict";
import { withPlace } from "../../../lib/engine/system/place_of.ts";

Deno.test("withPlace() says where a file lies, and leaves what it is not sure of", () => {
  const paths = ["/p/data/a.csv", "/p/data/b 2.csv", "/p/x/twice.csv", "/p/y/twice.csv", "/far/c.csv"];
  const told = (message: string) => withPlace(message, paths, "/p");
  assert.equal(
    told("a.csv:12: Cannot read ax\n  Correct it."),
    "data/a.csv:12: Cannot read ax\n  Correct it.",
  );
  assert.equal(told("b 2.csv: Cannot read"), "data/b 2.csv: Cannot read");
  assert.equal(told("c.csv:1: Cannot read"), "/far/c.csv:1: Cannot read");
  for (
    const same of [
      "twice.csv:1: Cannot",
      "data/a.csv:1: Cannot",
      "Cannot read a.csv: no",
      "z.csv: Cannot",
      "",
    ]
  ) {
    assert.equal(told(same), same);
  }
});

import assert from "node:assert/strict";
import { fingerprint, fitOf, givenNames, identityOf, matchMotifs } from "../../lib/cluster/identity.ts";

const rule = { kind: "centroid" as const, centroids: [0, 1], variance: 1 };

Deno.test("motifs of one fit are joined by number, those of another fit or other merges are not", () => {
  const fit = identityOf({ k: 2, rule, clusters: [0, 1] });
  assert.deepEqual(matchMotifs(fit, { ...fit }), [0, 1]);
  assert.match(matchMotifs(fit, identityOf({ k: 2, rule, clusters: [1, 0] })) as string, /different fits/);
  assert.match(
    matchMotifs(fit, identityOf({ k: 2, rule: { ...rule, centroids: [1, 0] }, clusters: [0, 1] })) as string,
    /different fits/,
  );
  assert.match(matchMotifs(fit, { ...fit, k: 1 }) as string, /^2 motifs of one fit became 1, /);
});

Deno.test("motifs with names are joined by name whatever their order, unknown names to none", () => {
  const named = identityOf({ k: 2, names: ["a", "b"] });
  assert.deepEqual(matchMotifs(named, identityOf({ k: 2, names: ["b", "c"] })), [1, -1]);
  assert.match(
    matchMotifs(identityOf({ k: 2, rule, clusters: [0, 1] }), named) as string,
    /one side only/,
  );
});

Deno.test("labels without rule and names have no fit to be told by", () => {
  assert.equal(fitOf({}), null);
  assert.match(fingerprint({}), /^[0-9a-f]{10}$/);
});

Deno.test("whole numbers are no names to read", () => {
  assert.equal(givenNames({ names: ["3", "11"] }), undefined);
  assert.deepEqual(givenNames({ names: ["3", "sleep"] }), ["3", "sleep"]);
  assert.equal(givenNames({}), undefined);
});

Deno.test("the fingerprint of a fit is of its rule and of what became of its clusters", () => {
  assert.equal(fitOf({ rule }), fingerprint([rule, null]));
  assert.equal(fitOf({ rule, clusters: [1, 0] }), fingerprint([rule, [1, 0]]));
  // The first ten digits of SHA-256 of "[]".
  assert.equal(fingerprint([]), "4f53cda18c");
});

Deno.test("names match names whatever the fits, and numbers match only where fit and k are the same", () => {
  const a = { k: 2, fit: "a" }, names = ["x", "y"];
  assert.deepEqual(matchMotifs({ ...a, names }, { k: 2, names: ["y", "x"], fit: "b" }), [1, 0]);
  assert.deepEqual(matchMotifs(a, { ...a }), [0, 1]);
  for (const [one, other] of [[a, { ...a, names }], [{ ...a, names }, a]]) {
    assert.equal(matchMotifs(one, other), "motifs have names on one side only");
  }
  const nothing = ", whose numbers say nothing of each other";
  assert.equal(matchMotifs(a, { k: 2, fit: "b" }), "motifs are of different fits (a and b)" + nothing);
  assert.equal(matchMotifs(a, { k: 3, fit: "a" }), "2 motifs of one fit became 3" + nothing);
  assert.equal(
    matchMotifs({ k: 2, fit: null }, { k: 3, fit: null }),
    "motifs are of different fits (unknown and unknown)" + nothing,
  );
});

import assert from "node:assert/strict";
import { formatNames, isNumberKey, type NamesFile, parseNames } from "../../lib/temporal/names_file.ts";

const refused = (content: string) => {
  try {
    parseNames(content);
  } catch (error) {
    return (error as Error).message.replace("names.yaml: ", "").split("\n")[0];
  }
  return "taken";
};

Deno.test("formatNames() writes what parseNames() reads back, moments on one line below a comment", () => {
  const file: NamesFile = {
    version: 1,
    fit: "abc",
    behaviours: {
      "motif 0": {
        name: "rest: lying",
        color: "#4477AA",
        note: "on its side",
        windows: 3,
        seen: { r0: [0, 2.5] },
      },
      run: { name: "running" },
    },
  };
  const content = formatNames(file);
  assert.deepEqual(parseNames(content), file);
  assert.match(content, /^# Names of behaviours/);
  assert.match(content, /r0: \[0, 2\.5\]/);
});

Deno.test("isNumberKey() tells numbers of a fit from names", () => {
  const keys = ["motif 0", "state 12", "motif", "motif x", "a motif 1", "motif 1 a"];
  assert.deepEqual(keys.map(isNumberKey), [true, true, false, false, false, false]);
});

Deno.test("parseNames() says which field is wrong, and refuses one name for two behaviours", () => {
  assert.match(refused("version: 2\nbehaviours: {}"), /^Cannot read names: version: /);
  assert.match(
    refused("version: 1\nbehaviours: { a: { name: b, color: red } }"),
    /behaviours\.a\.color: must be a colour/,
  );
  assert.match(refused("version: 1\nbehaviours: { a: { name: b, windows: 0 } }"), /behaviours\.a\.windows/);
  assert.equal(refused("version: 1\nbehaviours: { a: { name: b, windows: 1, seen: { r: [0] } } }"), "taken");
  assert.match(
    refused("version: 1\nbehaviours: { a: { name: b, seen: { r: [-1] } } }"),
    /behaviours\.a\.seen\.r\.0/,
  );
  assert.equal(
    refused("version: 1\nbehaviours: { a: x, b: y, c: x }"),
    'Cannot read names: "x" names two behaviours',
  );
  assert.match(refused("version: ["), /^Cannot read names: /);
  assert.match(
    refused("version: 1\nbehaviours: {}\nversion: 1"),
    /^Cannot read names: Map keys must be unique/,
  );
  assert.match(refused("7"), /^Cannot read names: [^:]/);
});

import assert from "node:assert/strict";
import { decode, MAX_BYTES, parseYaml } from "../../lib/workflow/document.ts";
import { formatDiagnostics, Source } from "../../lib/workflow/diagnostic.ts";
import { toJson } from "../../lib/workflow/node.ts";

function parse(text: string): unknown {
  const { root, diagnostics } = parseYaml(new Source("w.yaml", text));
  assert.equal(formatDiagnostics(diagnostics.list), "");
  return toJson(root!);
}

function problems(text: string): string[] {
  const { diagnostics } = parseYaml(new Source("w.yaml", text));
  return diagnostics.sorted().map((d) => `${d.location.line}:${d.location.column} ${d.message}`);
}

Deno.test("parseYaml() keeps words that YAML 1.1 read as something else", () => {
  assert.deepEqual(parse("a: no\nb: on\nc: 2026-01-31\nd: 12:30\ne: ~\nf:\ng: yes"), {
    a: "no",
    b: "on",
    c: "2026-01-31",
    d: "12:30",
    e: null,
    f: null,
    g: "yes",
  });
});

Deno.test("parseYaml() takes decimal numbers as numbers and quoted ones as text", () => {
  assert.deepEqual(parse("[1, -2.5, 1e3, .5, +1, 1.10, '1.10', \"007\", -0]"), [
    1,
    -2.5,
    1000,
    0.5,
    1,
    1.1,
    "1.10",
    "007",
    0,
  ]);
});

Deno.test("parseYaml() refuses numbers that would surprise, at their place", () => {
  assert.deepEqual(problems("a: 0777\nb: 0o17\nc: 0xff\nd: .inf\ne: .nan\nf: 12345678901234567890"), [
    "1:4 0777 is not a decimal number",
    "2:4 0o17 is not a decimal number",
    "3:4 0xff is not a decimal number",
    "4:4 .inf is not a finite number",
    "5:4 .nan is not a finite number",
    "6:4 12345678901234567890 cannot be kept exactly as a number",
  ]);
});

Deno.test("parseYaml() reports all duplicate keys with the first place", () => {
  const { diagnostics } = parseYaml(new Source("w.yaml", "a: 1\na: 2\nb: { c: 1, c: 2 }\n"));
  assert.equal(
    formatDiagnostics(diagnostics.sorted()),
    `w.yaml:2:1: key "a" stands twice in this map
  2 | a: 2
    | ^
  w.yaml:1:1: first here
  1 | a: 1
    | ^

w.yaml:3:12: key "c" stands twice in this map
  3 | b: { c: 1, c: 2 }
    |            ^
  w.yaml:3:6: first here
  3 | b: { c: 1, c: 2 }
    |      ^`,
  );
});

Deno.test("parseYaml() merges maps with <<, own keys winning", () => {
  const text = "base: &base { a: 1, b: 2 }\nx: { <<: *base, b: 3 }\ny: { <<: [*base, { c: 4 }] }";
  assert.deepEqual(parse(text), { base: { a: 1, b: 2 }, x: { b: 3, a: 1 }, y: { a: 1, b: 2, c: 4 } });
  assert.deepEqual(problems("x: { <<: 3 }"), ["1:10 the merge key << takes a map or a list of maps"]);
});

Deno.test("parseYaml() keeps __proto__ an ordinary key", () => {
  const value = parse("__proto__: { polluted: true }\nconstructor: 1") as Record<string, unknown>;
  assert.deepEqual(Object.keys(value), ["__proto__", "constructor"]);
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

Deno.test("parseYaml() takes aliases, but no cycle and no bomb", () => {
  assert.deepEqual(parse("a: &x [1, 2]\nb: *x"), { a: [1, 2], b: [1, 2] });
  assert.deepEqual(problems("a: &x [1, *x]"), ["1:11 alias *x contains itself"]);
  assert.deepEqual(problems("a: &x { b: &y { c: *x } }"), ["1:20 alias *x contains itself"]);
  assert.deepEqual(problems("a: *nowhere"), ["1:4 no anchor &nowhere before this alias"]);
  const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 12; i++) bomb.push(`a${i}: &a${i} [${Array(10).fill(`*a${i - 1}`).join(", ")}]`);
  const [first] = problems(bomb.join("\n"));
  assert.match(first, /^\d+:\d+ aliases expand to more than 200000 values$/);
});

Deno.test("parseYaml() stops at the thousand-and-first anchor, wherever it stands", () => {
  const anchors = (n: number) => Array.from({ length: n }, (_, i) => `- &a${i} "&"`).join("\n");
  assert.equal((parse(anchors(1000)) as unknown[]).length, 1000);
  assert.match(problems(anchors(20_000))[0], /^1001:\d+ more than 1000 anchors$/);
});

Deno.test("parseYaml() stops deep nesting of every kind at a position", () => {
  const deep = "nested more than 64 levels deep";
  assert.match(problems("a: " + "[".repeat(20_000))[0], new RegExp(`^1:\\d+ ${deep}$`));
  assert.match(problems("a: " + "{a: ".repeat(20_000))[0], new RegExp(`^1:\\d+ ${deep}$`));
  assert.match(problems("- ".repeat(20_000) + "x")[0], new RegExp(`^1:\\d+ ${deep}$`));
  assert.match(
    problems(Array.from({ length: 400 }, (_, i) => " ".repeat(i) + "a:").join("\n"))[0],
    new RegExp(`^\\d+:\\d+ ${deep}$`),
  );
});

Deno.test("parseYaml() refuses tags, control characters, conflict markers, second documents and old YAML", () => {
  assert.deepEqual(problems("a: !!js/function 'x'"), ["1:4 tag !!js/function is not supported"]);
  assert.deepEqual(problems("a: !mine x"), ["1:4 tag !mine is not supported"]);
  assert.deepEqual(problems("a: x\u0000y"), ["1:5 control character U+0000 in the text"]);
  assert.deepEqual(problems("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> other\n"), [
    "2:1 merge conflict marker <<<<<<<",
    "4:1 merge conflict marker =======",
    "6:1 merge conflict marker >>>>>>>",
  ]);
  assert.deepEqual(problems("a: 1\n---\nb: 2"), ["2:1 a second document in the file"]);
  assert.deepEqual(problems("%YAML 1.1\n---\na: yes"), ["1:1 %YAML 1.1: workflows are YAML 1.2"]);
});

Deno.test("parseYaml() says what is wrong with the syntax in its own words", () => {
  assert.deepEqual(problems("a:\n\tb: 1"), ["2:1 a tab in the indentation"]);
  // What follows from one mistake is not told as further ones; what does not, is.
  const steps = (line: string, last = "{ d: 1 }") =>
    `a:\n  b: { c: 1 }\n${line}\n  e: { f: 1 }\n  g: ${last}\n`;
  assert.deepEqual(problems(steps("\tx: { y: 1 }")), ["3:1 a tab in the indentation"]);
  assert.deepEqual(problems(steps(" x: { y: 1 }")), ["3:1 the indentation does not fit the lines above"]);
  assert.deepEqual(problems(steps("  x { y: 1, z: 2 }")), [
    "3:10 a map cannot begin on the same line inside another",
  ]);
  assert.deepEqual(problems(steps("\tx: { y: 1 }", '"\\q"')).length, 2);
  assert.deepEqual(problems("a: 'x"), ["1:6 the closing ' is missing"]);
  assert.deepEqual(problems("a: [1, 2"), ["1:4 the closing ] is missing"]);
  assert.deepEqual(problems("a: b: c"), ["1:4 a map cannot begin on the same line inside another"]);
  assert.deepEqual(problems(""), ["1:1 the file is empty"]);
  assert.deepEqual(problems("# only a comment\n"), ["1:1 the file is empty"]);
  assert.deepEqual(problems("? [a]\n: 1"), ["1:3 a key has to be a word or a number"]);
});

Deno.test("parseYaml() counts lines and columns right with CRLF", () => {
  assert.deepEqual(problems("a: 1\r\nb: 0777\r\n"), ["2:4 0777 is not a decimal number"]);
});

Deno.test("decode() refuses a file that is too large or not UTF-8", () => {
  const message = (bytes: Uint8Array, size?: number) => {
    const decoded = decode(bytes, "w.yaml", size);
    return "text" in decoded ? decoded.text : formatDiagnostics(decoded.diagnostics.list);
  };
  assert.equal(
    message(new Uint8Array(0), 100_000_000),
    `w.yaml:1:1: the file has 100000000 bytes, a workflow may have ${MAX_BYTES}\n  hint: keep data in files of their own and name them with \`path\``,
  );
  assert.equal(
    message(new Uint8Array([0xff, 0xfe, 0x61, 0])),
    "w.yaml:1:1: the file is not UTF-8 text\n  hint: save it as UTF-8",
  );
  assert.equal(message(new TextEncoder().encode("\ufeffa: 1")), "a: 1");
});

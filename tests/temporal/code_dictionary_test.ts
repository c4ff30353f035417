import assert from "node:assert/strict";
import fc from "fast-check";
import { CodeDictionary, codeDigits } from "../../lib/temporal/code_dictionary.ts";

const levels = [8, 6, 5, 5, 4];
const published: [string, number, number[]][] = [
  ["T202", 4561, [1, 0, 0, 4, 3]],
  ["T203", 3799, [7, 0, 4, 0, 3]],
  ["T204", 55, [7, 0, 1, 0, 0]],
  ["T204", 103, [7, 0, 2, 0, 0]],
  ["T205", 4360, [0, 5, 0, 3, 3]],
  ["T206", 3607, [7, 0, 0, 0, 3]],
  ["T207", 4567, [7, 0, 0, 4, 3]],
  ["T207", 4327, [7, 0, 0, 3, 3]],
];

for (const [row, code, digits] of published) {
  Deno.test(`${row} codeDigits() of ${code} are ${digits.join(", ")}`, () => {
    assert.deepEqual(codeDigits(code, levels), digits);
  });
}

Deno.test("T204 T216 CodeDictionary lets two codes mean one behaviour and keeps label, purity, support, neighbours", () => {
  const dictionary = new CodeDictionary([55, 55, 103, 55], [2, 2, 2, 1], levels, 10);
  assert.deepEqual(dictionary.entries.map((e) => [e.code, e.label, e.purity, e.support]), [
    [55, 2, 2 / 3, 3],
    [103, 2, 1, 1],
  ]);
  assert.deepEqual(dictionary.entries.map((e) => e.neighbours), [[103], [55]]);
});

Deno.test("T208 CodeDictionary lists codes that labels share", () => {
  const dictionary = new CodeDictionary([1, 1, 1, 1, 1, 2], [0, 0, 0, 0, 1, 1], [4, 4], 2);
  assert.deepEqual(dictionary.ambiguous.map((e) => [e.code, e.shared]), [[1, [0, 1]]]);
});

Deno.test("T216 CodeDictionary answers an unseen code by its nearest digits and flags it", () => {
  const dictionary = new CodeDictionary([0, 15, 15, 6], [0, 1, 1, -1], [4, 4], 2);
  assert.deepEqual(dictionary.look(15).unseen, false);
  const { meaning, distance, unseen } = dictionary.look(14);
  assert.deepEqual([meaning.code, distance, unseen], [15, 1, true]);
  assert.equal(dictionary.look(12).meaning.code, 15, "tied at three steps: more support wins");
  assert.equal(dictionary.look(6).unseen, true, "seen, but never with a label");
});

Deno.test("T236 CodeDictionary covers every code seen, and its neighbours are one step away", () => {
  const codes = fc.array(fc.integer({ min: 0, max: 4799 }), { minLength: 1, maxLength: 60 });
  fc.assert(fc.property(codes, (list) => {
    const dictionary = new CodeDictionary(list, list.map((c) => c % 3), levels, 3);
    assert.deepEqual(dictionary.entries.map((e) => e.code), [...new Set(list)].sort((a, b) => a - b));
    for (const { digits, neighbours } of dictionary.entries) {
      for (const other of neighbours) {
        const steps = codeDigits(other, levels).reduce((s, d, i) => s + Math.abs(d - digits[i]), 0);
        assert.equal(steps, 1);
      }
    }
  }));
});

Deno.test("CodeDictionary without any label refuses to answer", () => {
  const dictionary = new CodeDictionary([3], [-1], [4, 4], 2);
  const [{ label, purity, shared }] = dictionary.entries;
  assert.deepEqual([label, purity, shared], [-1, null, []]);
  assert.throws(() => dictionary.look(3), /no code of the dictionary is labelled/);
});

Deno.test("CodeDictionary lists every code one step away, and shares a code at a fifth of its windows", () => {
  const levels = [3, 4, 2];
  const all = Array.from({ length: 24 }, (_, code) => code);
  const dictionary = new CodeDictionary(all, all.map(() => 0), levels, 1);
  for (const { code, digits, neighbours } of dictionary.entries) {
    const apart = (other: number) =>
      codeDigits(other, levels).reduce((sum, digit, i) => sum + Math.abs(digit - digits[i]), 0);
    assert.deepEqual(neighbours, all.filter((other) => apart(other) === 1), `${code}`);
  }
  const shared = (counts: number[]) => {
    const labels = counts.flatMap((n, label) => new Array<number>(n).fill(label));
    return new CodeDictionary(labels.map(() => 5), labels, levels, counts.length).entries[0].shared;
  };
  assert.deepEqual(shared([4, 1, 0]), [0, 1]);
  assert.deepEqual(shared([9, 2, 0]), [0]);
});

Deno.test("CodeDictionary takes the smaller code where distance and support are the same, the same each time", () => {
  const dictionary = new CodeDictionary([8, 8, 2, 2, 0], [1, 1, 0, 0, 1], [9], 2);
  assert.deepEqual([dictionary.look(5).meaning.code, dictionary.look(5).distance], [2, 3]);
  assert.deepEqual(dictionary.look(5), dictionary.look(5));
  assert.equal(dictionary.look(1).meaning.code, 2);
  assert.deepEqual([dictionary.look(2).distance, dictionary.look(2).unseen], [0, false]);
});

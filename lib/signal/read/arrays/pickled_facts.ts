/**
 * Facts that Python wrote as a pickle of protocol 0, as PyTables keeps them in attributes: lists, tuples, dictionaries,
 * texts, numbers and None. Nothing that would call or build anything is followed.
 *
 * https://github.com/python/cpython/blob/3.11/Lib/pickletools.py
 */

/** What such a pickle holds; keys of dictionaries are written as text. */
export type Fact = null | boolean | number | string | Fact[] | Map<string, Fact>;

const mark = Symbol("mark");

/**
 * ```ts
 * import assert from "node:assert/strict";
 * assert.deepEqual(unpickle("(lp0\n(Vnose\np1\nI2\ntp2\na."), [["nose", 2]]);
 * ```
 *
 * @throws {RangeError} for anything else.
 */
export function unpickle(text: string): Fact {
  const stack: (Fact | typeof mark)[] = [];
  const memo = new Map<string, Fact>();
  let at = 0;
  const line = () => {
    const end = text.indexOf("\n", at);
    if (end < 0) throw new RangeError("it breaks off");
    const own = text.slice(at, end);
    at = end + 1;
    return own;
  };
  const pop = (): Fact => {
    const top = stack.pop();
    if (top === undefined || top === mark) throw new RangeError("it ends too early");
    return top;
  };
  const sinceMark = (): Fact[] => {
    const from = stack.lastIndexOf(mark);
    if (from < 0) throw new RangeError("it has no beginning");
    return stack.splice(from).slice(1) as Fact[];
  };
  const top = <T>(is: (value: unknown) => value is T): T => {
    const value = stack.at(-1);
    if (!is(value)) throw new RangeError("it adds to what is no list");
    return value;
  };
  const isMap = (value: unknown): value is Map<string, Fact> => value instanceof Map;
  while (at < text.length) {
    const code = text[at++];
    if (code === ".") return pop();
    else if (code === "(") stack.push(mark);
    else if (code === "N") stack.push(null);
    else if (code === "V") stack.push(line().replaceAll(/\\u([0-9a-f]{4})/gi, (_, hex) => unicode(hex)));
    else if (code === "S") stack.push(line().slice(1, -1).replaceAll(/\\(.)/g, "$1"));
    else if (code === "I") {
      const own = line();
      stack.push(own === "01" ? true : own === "00" ? false : Number(own));
    } else if (code === "L") stack.push(Number(line().replace(/L$/, "")));
    else if (code === "F") stack.push(Number(line()));
    else if (code === "l" || code === "t") stack.push(sinceMark());
    else if (code === "d") {
      const parts = sinceMark();
      stack.push(new Map(parts.flatMap((key, i) => i % 2 === 0 ? [[String(key), parts[i + 1]]] : [])));
    } else if (code === "a") {
      const value = pop();
      top(Array.isArray).push(value);
    } else if (code === "s") {
      const value = pop(), key = pop();
      top(isMap).set(String(key), value);
    } else if (code === "p") {
      memo.set(
        line(),
        top((value): value is Fact => value !== undefined && value !== mark),
      );
    } else if (code === "g") {
      const known = memo.get(line());
      if (known === undefined) throw new RangeError("it refers to nothing");
      stack.push(known);
    } else throw new RangeError(`it is more than texts and numbers (${code})`);
  }
  throw new RangeError("it breaks off");
}

const unicode = (hex: string) => String.fromCharCode(parseInt(hex, 16));

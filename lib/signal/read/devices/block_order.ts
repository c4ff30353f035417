/** Blocks of a device in the order of the numbers that it gave them. */

/**
 * Places of blocks in the order of their numbers, each number once; undefined where they stand so already, or where
 * blocks of other times have the same number, as where a device begins to count anew.
 *
 * @param sequence Number of each block in the order of the file.
 * @param begin Seconds at which each begins.
 * @param what What the maker calls blocks, for the notes.
 * @param notes Told that blocks were sorted, and how many stood twice.
 */
export function orderOfBlocks(
  sequence: ArrayLike<number>,
  begin: ArrayLike<number>,
  what: string,
  notes: string[],
): number[] | undefined {
  let ordered = true;
  for (let i = 1; i < sequence.length && ordered; i++) ordered = sequence[i] > sequence[i - 1];
  if (ordered) return undefined;
  const order = Array.from(sequence, (_, k) => k).sort((a, b) => sequence[a] - sequence[b] || a - b);
  const again = (k: number, i: number) => i > 0 && sequence[k] === sequence[order[i - 1]];
  if (order.some((k, i) => again(k, i) && begin[k] !== begin[order[i - 1]])) {
    notes.push(`${what} of other times have the same numbers; they were left in the order of the file`);
    return undefined;
  }
  notes.push(`${what} stood out of order and were sorted by their numbers`);
  const once = order.filter((k, i) => !again(k, i));
  if (once.length < order.length) {
    notes.push(`${what} that stood twice were read once: ${order.length - once.length}`);
  }
  return once;
}

/** Time and memory of checking and expanding a matrix: linear in the cells. Run: `deno run -A tests/bench/plan.ts`. */
import { check } from "../workflow/fake_steps.ts";

const axis = (n: number) => `[${Array.from({ length: n }, (_, i) => i + 1).join(", ")}]`;

console.log("cells    tasks    ms     µs/task  MB");
for (const side of [10, 32, 100, 224, 316]) {
  const text = `matrix: { a: ${axis(side)}, b: ${axis(side)} }
steps:
  wool: { uses: shear, with: { sheep: "\${{ matrix.a }}", name: "flock \${{ matrix.b }}" } }
  felt: { uses: felt, from: wool }
`;
  // Once each: the garbage of repetitions would count as memory.
  const start = performance.now();
  const result = await check(text);
  const milliseconds = performance.now() - start;
  if (!result.ok) throw new Error("the workflow has mistakes");
  const tasks = result.plan.tasks.length;
  const memory = Deno.memoryUsage().rss / 1e6;
  console.log(
    [side * side, tasks, milliseconds.toFixed(0), (milliseconds * 1000 / tasks).toFixed(1), memory.toFixed(0)]
      .map((cell, i) => String(cell).padEnd([9, 9, 7, 9, 0][i])).join(""),
  );
}

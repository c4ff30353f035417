/** Markdown as `deno fmt` writes it. */
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A table; cells are texts. */
export function table(heads: string[], rows: string[][]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  return [heads, heads.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");
}

/** Pages by path, each formatted as the repository's own. */
export async function formatted(pages: Record<string, string>): Promise<Record<string, string>> {
  const folder = await Deno.makeTempDir({ prefix: "motiflow-docs-" });
  try {
    const names = Object.keys(pages);
    await Promise.all(names.map((name, i) => Deno.writeTextFile(`${folder}/${i}.md`, pages[name]!)));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--quiet", "--config", `${root}deno.json`, folder],
    }).output();
    if (!success) throw new Error(`Cannot format pages: ${new TextDecoder().decode(stderr)}`);
    const texts = await Promise.all(names.map((_, i) => Deno.readTextFile(`${folder}/${i}.md`)));
    return Object.fromEntries(names.map((name, i) => [name, texts[i]!]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

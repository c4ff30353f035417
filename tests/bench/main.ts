/** Runs a benchmark by name: `deno task bench NAME [ARGUMENTS]`; without a name, lists them. */
const folder = new URL(".", import.meta.url);
const [name, ...args] = Deno.args;
const found: [name: string, summary: string][] = [];
for (const { name: file } of Deno.readDirSync(folder)) {
  // A benchmark says in its first comment how it is called; the other files are its helpers.
  const text = /\.ts$/.test(file) && file !== "main.ts" ? Deno.readTextFileSync(new URL(file, folder)) : "";
  const comment = /^\/\*\*([^]*?)\*\//.exec(text)?.[1].replace(/\s+(\* )?/g, " ").trim() ?? "";
  const summary = /^.*?[.:](?= |$)/.exec(comment)?.[0];
  if (summary !== undefined && /deno (run|task)/.test(comment)) {
    found.push([file.replace(/\.ts$/, ""), summary.replace(/:$/, ".")]);
  }
}
found.sort();
if (!found.some(([known]) => known === name)) {
  const print = (line: string) => Deno.stderr.writeSync(new TextEncoder().encode(line + "\n"));
  if (name !== undefined) print(`There is no benchmark ${name}.`);
  print("deno task bench NAME [ARGUMENTS]");
  for (const [known, summary] of found) print(`  ${known.padEnd(10)} ${summary}`);
  Deno.exit(name === undefined ? 0 : 2);
}
const child = new Deno.Command(Deno.execPath(), {
  args: ["run", "--quiet", "-A", new URL(`${name}.ts`, folder).href, ...args],
}).spawn();
Deno.exit((await child.status).code);

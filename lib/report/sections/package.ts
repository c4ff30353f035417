/** The package and what it holds. */
import { type DirectoryValue, type Json } from "../../artifacts/artifact.ts";
import { Package } from "../../artifacts/package.ts";
import { count, number } from "../plot.ts";
import { defineSection } from "../section.ts";
import { type Loaded, Sources } from "../sources.ts";
import { facts, type Fragment, stack, table } from "../table.ts";

export default defineSection({
  id: "package",
  title: "Package",
  needs: (sources) => sources.first(Package),
  missing: "No package is connected to this report.",
  draw,
});

type Facts = { [key: string]: Json };

const scalar = (value: Json | undefined) =>
  typeof value === "number" || typeof value === "string"
    ? value
    : typeof value === "boolean"
    ? (value ? "yes" : "no")
    : undefined;

/** The package and what it holds. */
async function draw(found: Loaded<DirectoryValue>): Promise<Fragment> {
  const manifest = await Sources.json<Facts>(found, "MANIFEST.json") ?? {};
  const files = Array.isArray(manifest.files) ? manifest.files as Facts[] : [];
  const status = manifest.status !== null && typeof manifest.status === "object"
    ? manifest.status as Facts
    : {};
  const text = (value: Json | undefined): string => {
    if (value === null || value === undefined) return "–";
    if (typeof value !== "object" || Array.isArray(value)) return String(value);
    return Object.values(value).filter((v) => typeof v === "string").join(": ");
  };
  return stack(
    facts({
      Package: scalar(manifest.name) ?? scalar(found.value.header.meta.name),
      Version: scalar(manifest.version),
      Identity: scalar(manifest.id),
      Verdict: scalar(manifest.verdict)?.toString().replaceAll("-", " "),
      Files: files.length > 0
        ? `${files.length}, ${number(files.reduce((n, f) => n + Number(f.bytes ?? 0), 0) / 1024)} KiB`
        : undefined,
      ...Object.fromEntries(Object.entries(status).map(([key, value]) => [`Status: ${key}`, text(value)])),
    }),
    files.length > 0 &&
      table(
        ["file", "bytes", "role"],
        files.map((f) => [String(f.path), count(Number(f.bytes ?? 0)), String(f.role ?? "")]),
      ),
  );
}

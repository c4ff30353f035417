/** The package and what it holds. */
import type { DirectoryValue } from "../../../artifacts/artifact.ts";
import { Package, readManifest } from "../../../artifacts/package.ts";
import { typesetCount, typesetNumber } from "../../../text/typeset.ts";
import { defineSection } from "../../section.ts";
import type { Loaded } from "../../sources.ts";
import { facts, type Fragment, stack, table } from "../../table.ts";

export default defineSection({
  id: "package",
  title: "Package",
  needs: (sources) => sources.first(Package),
  missing: "No package is connected to this report.",
  draw,
});

/** The package and what it holds. */
async function draw({ value }: Loaded<DirectoryValue>): Promise<Fragment> {
  const { name, version, id, verdict, status, files } = await readManifest(value.dir);
  const size = files.reduce((bytes, file) => bytes + file.bytes, 0);
  return stack(
    facts({
      Package: name,
      Version: version,
      Identity: id,
      Verdict: verdict.replaceAll("-", " "),
      Files: `${files.length}, ${typesetNumber(size / 1024)} KiB`,
      ...Object.fromEntries(
        Object.entries(status).map(([key, value]) => [`Status: ${key}`, value ?? "–"]),
      ),
    }),
    files.length > 0 &&
      table(
        ["file", "bytes", "role"],
        files.map(({ path, bytes, role }) => [path, typesetCount(bytes), role]),
      ),
  );
}

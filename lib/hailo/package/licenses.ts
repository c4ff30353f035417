/** The licences of what a package holds: the program's own hosts, the browser's runtime, and the model. */
import { fileURLToPath } from "node:url";
import type { PackageFile } from "../package_files.ts";
import type { PackageSources } from "./facts.ts";

/** ONNX Runtime's package comes without the text of its licence. */
const runtime = fileURLToPath(new URL("./browser/onnxruntime.LICENSE", import.meta.url));
const own = fileURLToPath(new URL("../../../LICENSE", import.meta.url));

/** Files of all licences; that of the model only where the step was given its text. */
export async function licenseFiles(
  { targets, licenseFile }: Pick<PackageSources, "targets" | "licenseFile">,
): Promise<PackageFile[]> {
  const from: [name: string, path: string | undefined][] = [
    ["model", licenseFile],
    ["motiflow", own],
    ["onnxruntime-web", targets?.includes("browser") === true ? runtime : undefined],
  ];
  const files = from.map(async ([name, path]): Promise<PackageFile[]> =>
    path === undefined
      ? []
      : [{ path: `LICENSES/${name}.txt`, bytes: await Deno.readFile(path), role: "document" }]
  );
  return (await Promise.all(files)).flat();
}

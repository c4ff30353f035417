/** What goes to the device for one run: HEF, host head, golden windows and the scripts of the package. */
import { join } from "node:path";
import { hefFiles } from "../../artifacts/hef.ts";
import { bundleFiles } from "../../artifacts/onnx_bundle.ts";
import { sha256 } from "../../artifacts/sha256.ts";
import { writeTar } from "../tar.ts";

const fromBundle = [
  [bundleFiles.metadata, `models/${bundleFiles.metadata}`],
  [bundleFiles.hostHead, `models/${bundleFiles.hostHead}`],
  [bundleFiles.selftest.inputs, bundleFiles.selftest.inputs],
  [bundleFiles.selftest.device, bundleFiles.selftest.device],
  [bundleFiles.selftest.full, bundleFiles.selftest.full],
  [bundleFiles.selftest.facts, bundleFiles.selftest.facts],
];

/** The archive of a run with its `SHA256SUMS`. */
export async function uploadArchive(
  bundle: string,
  hef: Uint8Array<ArrayBuffer>,
  scripts: readonly { path: string; source: string }[],
): Promise<Uint8Array<ArrayBuffer>> {
  const files = [{ path: `models/${hefFiles.hef}`, bytes: hef }];
  for (const [from, path] of fromBundle) files.push({ path, bytes: await Deno.readFile(join(bundle, from)) });
  for (const { path, source } of scripts) files.push({ path, bytes: await Deno.readFile(source) });
  files.sort((a, b) => a.path < b.path ? -1 : 1);
  const lines = await Promise.all(files.map(async (f) => `${await sha256(f.bytes)}  ${f.path}\n`));
  return writeTar([...files, { path: "SHA256SUMS", bytes: new TextEncoder().encode(lines.join("")) }]);
}

/** The files of a package: collected, hashed, written in a fixed order. Equal content gives equal bytes. */
import { dirname, join } from "node:path";
import {
  type Manifest,
  type ManifestFile,
  packageFiles,
  type PackageStatement,
  type Role,
} from "../artifacts/package.ts";
import { sha256 } from "../artifacts/sha256.ts";

/** One file of the package. */
export interface PackageFile {
  /** Path inside the package, `/` as separator. */
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
  role: Role;
}

const mediaTypes: Record<string, string> = {
  json: "application/json",
  md: "text/markdown",
  onnx: "application/onnx",
  hef: "application/octet-stream",
  bin: "application/octet-stream",
  npz: "application/zip",
  py: "text/x-python",
  sh: "text/x-shellscript",
  c: "text/x-csrc",
  h: "text/x-chdr",
  cpp: "text/x-c++src",
  hpp: "text/x-c++hdr",
  csv: "text/csv",
  jsonl: "application/jsonl",
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  mjs: "text/javascript",
  wasm: "application/wasm",
};

/** A text file. */
export function textFile(path: string, text: string, role: Role): PackageFile {
  return { path, bytes: new TextEncoder().encode(text), role };
}

/** A JSON file. */
export function jsonFile(path: string, value: unknown, role: Role): PackageFile {
  return textFile(path, JSON.stringify(value, null, 1) + "\n", role);
}

/** Rows of the manifest, sorted by path in byte order. */
export async function manifestFiles(files: readonly PackageFile[]): Promise<ManifestFile[]> {
  const rows = await Promise.all(files.map(async ({ path, bytes, role }) => ({
    path,
    bytes: bytes.length,
    sha256: await sha256(bytes),
    role,
    mediaType: mediaTypes[path.slice(path.lastIndexOf(".") + 1)] ?? "text/plain",
  })));
  return rows.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Identity of a package: the hash over the sorted list of its files' hashes, as `sha256sum` prints it. */
async function packageId(rows: readonly ManifestFile[]): Promise<string> {
  return await sha256(new TextEncoder().encode(sums(rows)));
}

function sums(rows: readonly { path: string; sha256: string }[]): string {
  return rows.map((r) => `${r.sha256}  ${r.path}\n`).join("");
}

/**
 * Writes all files, `MANIFEST.json` over them, and `SHA256SUMS` over everything including the manifest.
 *
 * @returns The package id.
 */
export async function writePackage(
  dir: string,
  files: readonly PackageFile[],
  facts: PackageStatement,
): Promise<string> {
  const rows = await manifestFiles(files);
  const id = await packageId(rows);
  const content: Manifest = { schema: 1, id, ...facts, files: rows };
  const manifest = jsonFile(packageFiles.manifest, content, "metadata");
  for (const { path, bytes, role } of [...files, manifest]) {
    const target = join(dir, path);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.writeFile(target, bytes, { mode: role === "script" ? 0o755 : 0o644 });
  }
  const listed = [...rows, { path: packageFiles.manifest, sha256: await sha256(manifest.bytes) }];
  await Deno.writeTextFile(
    join(dir, packageFiles.sums),
    sums(listed.sort((a, b) => a.path < b.path ? -1 : 1)),
  );
  return id;
}

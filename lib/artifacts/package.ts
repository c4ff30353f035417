/** Package: the deployment folder. */
import { z } from "zod";
import { directoryType } from "./artifact.ts";
import { objectOf, readJson } from "./read_json.ts";

/** Files: MANIFEST.json, SHA256SUMS, models/, selftest/, scripts/, docs/, results/. */
export const Package = directoryType("Package", "A self-verifying deployment package");

/** Names of the two files that vouch for the others. */
export const packageFiles = { manifest: "MANIFEST.json", sums: "SHA256SUMS" } as const;

/** What a file of a package is for. */
const roles = [
  "model",
  "metadata",
  "calibration",
  "selftest",
  "script",
  "example",
  "document",
  "result",
  "sbom",
] as const;

/** What a file of a package is for. */
export type Role = typeof roles[number];

/** One row of the manifest. */
export interface ManifestFile {
  /** Path inside the package, `/` as separator. */
  path: string;
  bytes: number;
  sha256: string;
  role: Role;
  mediaType: string;
}

/** What a manifest says of its package, beside the files. */
export interface PackageStatement {
  name: string;
  version: string;
  license: string;
  /** What was compiled and measured, and why not: `hef`, `reason`, `latency`, `latencyReason`. */
  status: Record<string, string | null>;
  verdict: "recommended" | "not-recommended";
}

/** `MANIFEST.json`. */
export interface Manifest extends PackageStatement {
  schema: 1;
  /** Hash over the sorted hashes of all files, `sha256:…`. */
  id: string;
  files: ManifestFile[];
}

const text = z.string();

/** Schema of {@linkcode Manifest}. */
const manifestSchema = () =>
  objectOf<Manifest>({
    schema: z.literal(1),
    id: text,
    name: text,
    version: text,
    license: text,
    status: z.record(text, text.nullable()),
    verdict: z.enum(["recommended", "not-recommended"]),
    files: z.array(objectOf<ManifestFile>({
      path: text,
      bytes: z.int().min(0),
      sha256: text,
      role: z.enum(roles),
      mediaType: text,
    })),
  });

/** Reads `MANIFEST.json` of the package in `dir`. @throws {InputError} */
export async function readManifest(dir: string): Promise<Manifest> {
  return await readJson(dir, packageFiles.manifest, manifestSchema, "Package");
}

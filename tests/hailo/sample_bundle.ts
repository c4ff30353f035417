/** A bundle of an untrained model in a temporary folder, made by the real export. */
import { join } from "node:path";
import type { Architecture } from "../../lib/artifacts/model.ts";
import { exportBundle } from "../../lib/model/export/export.ts";
import { Random } from "../../lib/random.ts";
import { sampleModel, sampleWindows } from "../model/sample_model.ts";

/** Calls `use` with a fresh folder, gone afterwards. */
export async function withFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await Deno.makeTempDir({ prefix: "hailo-test-" });
  try {
    return await use(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Writes a bundle into `dir`, which must exist. */
export async function writeSampleBundle(dir: string, changes: Partial<Architecture> = {}): Promise<void> {
  const model = sampleModel(changes);
  const sizes = { parityWindows: 100, calibrationWindows: 1024, selftestWindows: 16, int8Windows: 50 };
  await exportBundle(dir, model, sampleWindows(model), undefined, sizes, new Random(3));
}

let shared: string | undefined;

/** The directory of one bundle that all tests of a file share; read only. */
export async function sampleBundle(): Promise<string> {
  if (shared === undefined) {
    const made = await Deno.makeTempDir({ prefix: "hailo-bundle-" });
    globalThis.addEventListener("unload", () => Deno.removeSync(made, { recursive: true }));
    await writeSampleBundle(made);
    shared = made;
  }
  return shared;
}

/** A copy of the shared bundle that a test may spoil. */
export async function copyOfBundle(dir: string): Promise<string> {
  const { copyTree } = await import("../../lib/artifacts/artifact.ts");
  const target = join(dir, "bundle");
  await copyTree(await sampleBundle(), target);
  return target;
}

/** Reads JSON. */
export async function json(...path: string[]): Promise<any> {
  return JSON.parse(await Deno.readTextFile(join(...path)));
}

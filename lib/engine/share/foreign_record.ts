/** Records that others wrote: believed as far as their hashes go, and no further. */
import { z } from "zod";
import { actionKey } from "../key/action_key.ts";
import { type ActionRecord, decodeRecord } from "../store/action_record.ts";
import { contentId } from "../store/manifest.ts";

const sha = z.string().regex(/^[0-9a-f]{64}$/);

/** A path that stays in its folder, on every system. */
const path = z.string().min(1).refine((text) =>
  // deno-lint-ignore no-control-regex
  !/[\x00-\x1f\\:]/.test(text) &&
  text.split("/").every((part) => part !== "" && part !== "." && part !== "..")
);

const Outputs = z.record(
  z.string().regex(/^[\w-]+$/),
  z.strictObject({
    type: z.string(),
    id: sha,
    files: z.array(z.strictObject({ path, size: z.int().min(0), sha256: sha })),
  }),
);

const Rest = z.object({
  created: z.iso.datetime(),
  seconds: z.number().min(0),
  workflow: z.string(),
  task: z.string(),
  step: z.string(),
  warnings: z.array(z.string()),
});

/**
 * Reads a record that came from elsewhere.
 *
 * @param key That it was asked for.
 * @param declared Artifact type by output port.
 * @throws where it is not the record of this key, or names files that do not make up its artifacts.
 */
export function foreignRecord(text: string, key: string, declared: Record<string, string>): ActionRecord {
  const record = decodeRecord(text, key);
  if (actionKey(record.ingredients) !== key) throw new Error("its ingredients are those of another key");
  const outputs = Outputs.safeParse(record.outputs);
  if (!outputs.success || !Rest.safeParse(record).success) throw new Error("it has another shape");
  const ports = Object.entries(outputs.data);
  const asDeclared = ports.length === Object.keys(declared).length &&
    ports.every(([port, { type }]) => Object.hasOwn(declared, port) && declared[port] === type);
  if (!asDeclared) throw new Error("it has other outputs");
  for (const [port, { id, files }] of ports) {
    const names = new Set(files.map((file) => file.path.normalize("NFC").toLowerCase()));
    if (contentId(files) !== id || names.size < files.length) {
      throw new Error(`its output ${port} is not what it says`);
    }
  }
  return record;
}

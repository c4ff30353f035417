/** `init [DIR]`: a small workflow that runs at once, to change step by step. */
import { Command } from "@commander-js/extra-typings";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../errors.ts";
import { commandLine } from "../invocation.ts";
import { out } from "../terminal/terminal.ts";

const WORKFLOW = `# yaml-language-server: $schema=./workflow.schema.json
version: 1
name: first
description: Simulated people to behaviours; put your own recordings in where the comment says so
params:
  levels: [4, 4, 4]
  seed: 7
steps:
  # Your own files: with: { source: csv, path: "data/*.csv", rate: 50, sensors: { wrist: [ax, ay, az] }, label: activity }
  recordings: { uses: load, with: { source: simulate, subjects: 6, minutes: 4, seed: 7 } }
  windows: { uses: window, from: recordings, with: { length: 100, hop: 50 } }
  split: { uses: split, from: windows, with: { by: subject, folds: 3, fold: 0 } }
  model: { uses: train, from: [windows, split], with: { levels: "\${{ params.levels }}", epochs: 4 } }
  latents: { uses: encode, from: [windows, model] }
  codes: { uses: quantize, from: [latents, model] }
  metrics: { uses: validate, from: [model, windows, split, latents, codes] }
`;

export const command = new Command()
  .description("Write a first workflow and its editor schema; existing files are never changed.")
  .argument("[dir]", "folder of the project", ".")
  .action(async (dir) => {
    const folder = join(dir, "workflows");
    const file = join(folder, "first.yaml");
    if (existsSync(file)) {
      throw new InputError("there is a workflow already", {
        file,
        hint: "Remove it, or give another folder.",
      });
    }
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(file, WORKFLOW, { createNew: true });
    const schema = join(folder, "workflow.schema.json");
    if (!existsSync(schema)) {
      const { registry } = await import("../../steps/registry.ts");
      const { workflowJsonSchema } = await import("../../workflow/schema.ts");
      await Deno.writeTextFile(schema, JSON.stringify(await workflowJsonSchema(registry), null, 1) + "\n");
    }
    out(`wrote ${file} and ${schema}\nrun it with: ${commandLine("run", [file])}`);
  });

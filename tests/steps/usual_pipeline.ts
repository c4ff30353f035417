/** The usual pipeline, by whose names examples and guides call their steps. */
import { registry } from "../../lib/steps/registry.ts";
import { loadWorkflow } from "../../lib/workflow/load.ts";

const usual: Record<string, string> = {
  recordings: `{ uses: load, with: { source: simulate } }`,
  windows: `{ uses: window, from: recordings }`,
  later: `{ uses: window, from: recordings, with: { length: 60 } }`,
  split: `{ uses: split, from: windows, with: { by: subject, folds: 3, fold: 0 } }`,
  model: `{ uses: train, from: [windows, split] }`,
  latents: `{ uses: encode, from: [windows, model] }`,
  codes: `{ uses: quantize, from: [latents, model] }`,
  motifs: `{ uses: cluster, from: codes, with: { k: 4 } }`,
  behaviours: `{ uses: smooth, from: [motifs, windows] }`,
  metrics: `{ uses: validate, from: [model, windows, split, codes] }`,
  before: `{ uses: validate, from: [model, windows, split, codes] }`,
  bundle: `{ uses: export, from: [model, windows, split] }`,
  hef: `{ uses: compile-hailo, from: bundle }`,
  benchmark: `{ uses: benchmark-on-device, from: [bundle, hef], with: { target: local } }`,
};

/**
 * What the checker says of a whole workflow, or of one step among the usual ones.
 *
 * @param yaml As it stands in a document.
 * @param folder For the workflow's file; steps of one's own lie below it.
 */
export async function remarksOn(yaml: string, folder: string): Promise<string[]> {
  const name = /^(\w+):/.exec(yaml)![1]!;
  const rest = Object.entries(usual).filter(([other]) => other !== name);
  const steps = [...rest.map(([other, step]) => `${other}: ${step}`), yaml.trimEnd()].join("\n");
  const whole = /^version:/m.test(yaml)
    ? yaml
    : `version: 1\nname: example\nsteps:\n${steps.replaceAll(/^/gm, "  ")}\n`;
  const file = `${folder}/${crypto.randomUUID()}.yaml`;
  await Deno.writeTextFile(file, whole);
  const { diagnostics } = await loadWorkflow(file, { registry, root: folder });
  await Deno.remove(file);
  return diagnostics.map(({ message }) => message);
}

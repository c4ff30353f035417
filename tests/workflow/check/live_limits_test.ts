import assert from "node:assert/strict";
import { registry } from "../../../lib/steps/registry.ts";
import { checkWorkflow } from "../../../lib/workflow/check/check.ts";

/** Warnings of a workflow whose steps are written without their ids' indentation. */
async function warnings(steps: string): Promise<string[]> {
  const text = `version: 1\nname: live\nsteps:\n${
    steps.trim().split("\n").map((line) => `  ${line.trim()}`).join("\n")
  }\n`;
  const { diagnostics } = await checkWorkflow(text, "live.yaml", {
    registry,
    root: "/farm",
    folder: "/farm",
  });
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message),
    [],
  );
  return diagnostics.map(({ message, location, hint }) => `${location.line}: ${message} | ${hint}`);
}

const start = (load = "", window = "", train = "") => `
  recordings: { uses: load, with: { source: csv, path: "a/*.csv", rate: 50${load} } }
  windows: { uses: window, from: recordings, with: { length: 100${window} } }
  split: { uses: split, from: windows, with: { by: subject, folds: 3, fold: 0 } }
  model: { uses: train, from: [windows, split]${train === "" ? "" : `, with: { ${train} }`} }
`;
const exported = "bundle: { uses: export, from: [model, windows, split] }";

Deno.test("a workflow that a sensor can feed has no warning before it runs", async () => {
  assert.deepEqual(await warnings(start(", gravity: causal") + exported), []);
});

Deno.test("accelerometers that are corrected by whole recordings are told where a package is made", async () => {
  const told = await warnings(start(", calibrate: true") + exported);
  assert.equal(told.length, 1, told.join("\n"));
  assert.match(
    told[0],
    /^4: calibrate corrects an accelerometer by a whole recording's still moments.*bundle is made for/,
  );
});

Deno.test("points that are seen from the body are told where a package is made, since its hosts see them from the camera", async () => {
  const points = start(", egocentric: { center: [tail], front: nose }");
  assert.deepEqual(await warnings(points), [], "nothing is exported");
  const told = await warnings(points + exported);
  assert.equal(told.length, 1, told.join("\n"));
  assert.match(
    told[0],
    /^4: egocentric moves points before they are cut.*bundle is made for .* \| give it points that are aligned/,
  );
});

Deno.test("what no sensor can feed and no device computes is told at its place, only where the result goes there", async () => {
  const odd = start(", gravity: true", ", context: 32, within: label", "pooling: [mean, std], segments: 3");
  assert.deepEqual(await warnings(odd), [], "nothing is exported");
  const told = await warnings(odd + exported);
  assert.deepEqual(told.map((line) => line.split(":")[0]), ["4", "5", "5", "7", "7"]);
  const all = told.join("\n");
  assert.match(
    all,
    /gravity: true filters with samples to come.*bundle is made for .* \| gravity: causal is its twin/,
  );
  assert.match(all, /with context: 32 each answer comes that much later/);
  assert.match(all, /within: label cuts no window across a change/);
  assert.match(
    all,
    /pooling: \[mean, std\]: the device part ends at the last feature maps, because .* a standard deviation/,
  );
  assert.match(all, /segments: 3: .* statistics of 3 segments; the host goes on/);
});

Deno.test("motifs without centres and smoothing by whole recordings are told where a package is to name behaviours", async () => {
  const motifs = `
    latents: { uses: encode, from: [windows, model] }
    codes: { uses: quantize, from: [latents, model] }
    motifs: { uses: cluster, from: [codes, latents, split], with: { method: hierarchical, k: 5, space: latent } }
    behaviours: { uses: smooth, from: [motifs, windows], with: { method: hsmm } }
  `;
  const told = await warnings(
    start() + exported + motifs +
      "package: { uses: package, from: [bundle, motifs, behaviours], with: { name: a } }",
  );
  assert.equal(told.length, 2, told.join("\n"));
  assert.match(
    told[0],
    /clusters of latents by hierarchical have no centres.*package is made for.*kmeans and gmm have/,
  );
  assert.match(told[1], /method: hsmm sees whole recordings.*method: pipeline/);
  assert.deepEqual(await warnings(start() + exported + motifs), [], "the report alone may use them");
  assert.match(told[1], /\| causal: true decodes the same model/);
  const twin = motifs.replace("method: hsmm", "method: hsmm, causal: true").replace(
    "method: hierarchical",
    "method: kmeans",
  );
  const packed = "package: { uses: package, from: [bundle, motifs, behaviours], with: { name: a } }";
  assert.deepEqual(await warnings(start() + exported + twin + packed), []);
});

Deno.test("a limit of some targets is told where the package is made for one of them", async () => {
  const steps = start("", "", "pooling: [mean, std], levels: [300, 4], epochs: 3") + exported + `
    latents: { uses: encode, from: [windows, model] }
    codes: { uses: quantize, from: [latents, model] }
    motifs: { uses: cluster, from: [codes, latents, split], with: { space: latent, k: 5 } }
  `;
  const packed = (targets: string) =>
    warnings(
      `${steps}\npackage: { uses: package, from: [bundle, motifs], with: { name: a${targets} } }`,
    );
  assert.deepEqual(await packed(", targets: [cpu, browser]"), []);
  const usual = await packed("");
  assert.equal(usual.length, 1, usual.join("\n"));
  assert.match(usual[0], /pooling: \[mean, std\]: the device part ends .* package is made for hailo8 \|/);
  const c = await packed(", targets: [cpu, c]");
  assert.equal(c.length, 2, c.join("\n"));
  assert.match(c[1], /^\d+: space: latent .* the C code does not name; package is made for c \| space: code/);
  assert.match(
    c[0],
    /Levels \[300,4\] are too many for 8 bits: the C code gives the latent, and no code or label/,
  );
  const all = await packed(", targets: [c, hailo8]");
  assert.equal(all.length, 3, all.join("\n"));
  const two = await warnings(
    `${steps}
    package: { uses: package, from: [bundle, motifs], with: { name: a, targets: [cpu] } }
    other: { uses: package, from: [bundle, motifs], with: { name: b, targets: [c] } }`,
  );
  assert.ok(two.length === 2 && two.every((line) => line.includes("other is made for c")), two.join("\n"));
});

Deno.test("motifs of windows with their neighbors are told before a package is made, whatever it is made for", async () => {
  const steps = (own: string) =>
    start("", "", "levels: [4, 4], epochs: 3") + exported + `
    latents: { uses: encode, from: [windows, model] }
    codes: { uses: quantize, from: [latents, model] }
    motifs: { uses: cluster, from: [codes, split, windows], with: { k: 5${own} } }
    package: { uses: package, from: [bundle, motifs], with: { name: a, targets: [cpu] } }
  `;
  assert.deepEqual(await warnings(steps("")), []);
  const told = await warnings(steps(", neighbors: 2"));
  assert.equal(told.length, 1, told.join("\n"));
  assert.match(
    told[0],
    /neighbors makes motifs that need windows to come, so that no package names them.* \| leave neighbors out/,
  );
});

Deno.test("each cell of a matrix is told once", async () => {
  const text = start(", gravity: true").replace("fold: 0", 'fold: "${{ matrix.fold }}"') + exported;
  const { diagnostics } = await checkWorkflow(
    `version: 1\nname: live\nmatrix: { fold: [0, 1, 2] }\nsteps:\n${
      text.trim().split("\n").map((line) => `  ${line.trim()}`).join("\n")
    }\n`,
    "live.yaml",
    { registry, root: "/farm", folder: "/farm" },
  );
  assert.deepEqual(diagnostics.map(({ message }) => message.slice(0, 13)), ["gravity: true"]);
});

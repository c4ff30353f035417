import assert from "node:assert/strict";
import { join } from "node:path";
import { chooseTarget, targetNamed, targets } from "../../lib/device/targets.ts";
import { decodeModel } from "../../lib/onnx/decode.ts";
import { sampleBundle } from "../hailo/sample_bundle.ts";

const ssh = { host: "device", user: "pi", identity_file: "/k", known_hosts_file: "/h" };

Deno.test("each target has a name of its own, and each address means one target", () => {
  assert.equal(new Set(targets.map(({ name }) => name)).size, targets.length);
  assert.ok(!targets.some(({ name }) => name === "none"), "none means that there is no target");
  for (const value of ["local", ssh]) {
    assert.equal(targets.filter(({ address }) => address.safeParse(value).success).length, 1);
  }
  assert.deepEqual(["local", ssh].map((value) => chooseTarget(value)!.target.name), ["local", "hailo"]);
  for (const nothing of ["none", "constructor", {}, null]) assert.equal(chooseTarget(nothing), undefined);
  for (const name of ["constructor", "__proto__", "none"]) assert.equal(targetNamed(name), undefined);
});

Deno.test("chooseTarget() fills in what the address leaves open", () => {
  assert.equal((chooseTarget(ssh)!.address as { port: number }).port, 22);
});

Deno.test("every target checks the device graph of an exported bundle without finding an error", async () => {
  const file = join(await sampleBundle(), "model.device.onnx");
  const graph = decodeModel(await Deno.readFile(file), file);
  for (const target of targets) {
    const findings = await target.preflight(graph);
    assert.deepEqual(findings.filter(({ severity }) => severity === "error"), [], target.name);
  }
});

Deno.test("a graph with an operator that no Hailo-8 has is found before anything is compiled", async () => {
  const file = join(await sampleBundle(), "model.device.onnx");
  const graph = decodeModel(await Deno.readFile(file), file);
  graph.graph.nodes[0].op = "Round";
  const found = await targetNamed("hailo")!.preflight(graph);
  assert.ok(found.some(({ severity }) => severity === "error"));
});

Deno.test("only what leaves this machine is uploaded, and a Hailo-8 without a HEF has nothing to upload", async () => {
  const task = { bundle: await sampleBundle(), programs: [], architecture: "HAILO8" };
  assert.equal(await targetNamed("local")!.upload(task), null);
  await assert.rejects(targetNamed("hailo")!.upload(task), { code: "NO_HEF" });
});

Deno.test("an unreachable device is a code in the key, not an error", async () => {
  const { target, address } = chooseTarget({ ...ssh, identity_file: "/nowhere/key" })!;
  assert.deepEqual(await target.probe(address, "HAILO8"), { device: "TARGET_INVALID" });
});

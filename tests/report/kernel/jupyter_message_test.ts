import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { Signer } from "../../../lib/report/kernel/jupyter_message.ts";

const encode = (frames: string[]) => frames.map((f) => new TextEncoder().encode(f));

Deno.test("Signer.pack() signs header, parent, metadata and content in order", async () => {
  const signer = await Signer.of("secret");
  const { id, frames } = await signer.pack("kernel_info_request", { a: "ü" }, "session");
  const [delimiter, signature, header, parent, metadata, content] = frames;
  assert.equal(delimiter, "<IDS|MSG>");
  assert.equal(
    signature,
    createHmac("sha256", "secret").update(header + parent + metadata + content).digest("hex"),
  );
  assert.equal(JSON.parse(header).msg_id, id);
  assert.equal(content, '{"a":"ü"}');
});

Deno.test("Signer.unpack() reads what follows the delimiter and names the parent", async () => {
  const signer = await Signer.of("secret");
  const { frames } = await signer.pack("status", { execution_state: "idle" }, "s");
  const body = [frames[2], JSON.stringify({ msg_id: "p1" }), frames[4], frames[5]];
  const signature = createHmac("sha256", "secret").update(body.join("")).digest("hex");
  const message = await signer.unpack(encode(["topic", "<IDS|MSG>", signature, ...body]));
  assert.deepEqual(message, { type: "status", parent: "p1", content: { execution_state: "idle" } });
});

Deno.test("Signer.unpack() refuses a forged or broken message", async () => {
  const signer = await Signer.of("secret");
  const { frames } = await (await Signer.of("other")).pack("status", {}, "s");
  await assert.rejects(signer.unpack(encode(frames)), /signature is wrong/);
  await assert.rejects(
    signer.unpack(encode(["<IDS|MSG>", "zz", "{}", "{}", "{}", "{}"])),
    /signature is wrong/,
  );
  await assert.rejects(signer.unpack(encode(["a", "b"])), /2 frames without delimiter/);
});

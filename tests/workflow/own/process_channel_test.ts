/** Messages between the engine and a step's process. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { ChannelDoor, ProcessChannel } from "../../../lib/workflow/own/process_channel.ts";
import { alone } from "../../house/alone.ts";
import { only, skipReason } from "../../house/skip.ts";
import { look } from "../../../lib/engine/system/stat.ts";

/** Both ends of a channel, and its place. */
async function ends() {
  const door = new ChannelDoor();
  const { place } = door;
  const accepted = door.opened<string, string>();
  const process = await ProcessChannel.open<string, string>(place);
  return { process, engine: (await accepted)!, place };
}

Deno.test("messages of any size and letters arrive whole and in turn, both ways", async () => {
  const { process, engine } = await ends();
  const texts = ["", "a\nb", "日本".repeat(200_000), "x".repeat(3_000_001), "last"];
  for (const text of texts) process.send(text);
  engine.send("to the process");
  const { value: heard } = await process.messages().next();
  assert.equal(heard, "to the process");
  const got: string[] = [];
  for await (const message of engine.messages()) {
    got.push(message);
    if (message === "last") break;
  }
  assert.deepEqual(got, texts);
  engine.close();
  process.close();
});

Deno.test("messages end where the other side goes, and nothing stays in the folder of temporary files", async () => {
  const { process, engine, place } = await ends();
  if (Deno.build.os !== "windows") assert.equal(look(dirname(place)), false);
  process.send("one");
  process.close();
  assert.deepEqual(await Array.fromAsync(engine.messages()), ["one"]);
  engine.close();
});

Deno.test(
  "a folder for temporary files whose path is too long for a socket is left aside",
  {
    ignore: skipReason(only("not windows")),
  },
  alone(async () => {
    const before = Deno.env.get("TMPDIR");
    const short = Deno.makeTempDirSync();
    const long = `${short}/${"ä".repeat(60)}`;
    Deno.mkdirSync(long);
    Deno.env.set("TMPDIR", long);
    try {
      const { process, engine } = await ends();
      process.send("one");
      process.close();
      assert.deepEqual(await Array.fromAsync(engine.messages()), ["one"]);
      engine.close();
      assert.deepEqual([...Deno.readDirSync(long)], []);
    } finally {
      if (before === undefined) Deno.env.delete("TMPDIR");
      else Deno.env.set("TMPDIR", before);
      Deno.removeSync(short, { recursive: true });
    }
  }),
);

Deno.test("a door that is closed before anybody came opens to nobody", async () => {
  const door = new ChannelDoor();
  const opened = door.opened();
  door.close();
  assert.equal(await opened, undefined);
  await assert.rejects(ProcessChannel.open(door.place));
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { openBehaviours } from "../behaviours.ts";

Deno.test("bouts are looked through one after the other, beside the signal and a video by its own clock", async (t) => {
  const videos = await Deno.makeTempDir();
  await Deno.writeFile(join(videos, "front.mp4"), Uint8Array.from({ length: 1000 }, (_, i) => i % 251));
  await Deno.writeTextFile(join(videos, "secret.txt"), "no video");
  const { study, run } = await openBehaviours({ videos });
  await using _ = study;
  const place = `/runs/${run.id}/review/behaviours`;
  const page = await study.page(place);
  const recording = page.querySelector("select[name=recording] option[selected]")!.textContent;
  const main = (document: typeof page) =>
    document.querySelector("main")!.textContent!.replaceAll(/\s+/g, " ");

  await t.step("the links lead to the next bout and back, of one behaviour where it is chosen", async () => {
    assert.match(main(page), /Bout 1 of \d+: walking/);
    const next = page.querySelector("a[rel=next]")!.getAttribute("href")!;
    const second = await study.page(next);
    assert.match(main(second), /Bout 2 of \d+: sit <b>/);
    assert.match(second.querySelector("a[rel=prev]")!.getAttribute("href")!, /bout=1/);
    const chosen = await study.page(`${place}?behaviour=${encodeURIComponent("sit <b>")}`);
    assert.match(main(chosen), /Bout 1 of \d+: sit <b>/);
    assert.equal(chosen.querySelectorAll("main select option b, main td b b").length, 0);
    assert.ok(second.querySelectorAll("figure svg").length > 0, "the signal is drawn");
    const last = await study.page(`${place}?bout=99999`);
    assert.equal(last.querySelectorAll("a[rel=next]").length, 0);
  });

  await t.step("without a video of the recording the page says how to have one", () => {
    assert.equal(page.querySelectorAll("video").length, 0);
    assert.match(main(page), new RegExp(`none that is named ${recording}`));
  });

  await t.step("a table of clocks gives a recording its video, which starts at the bout", async () => {
    await Deno.writeTextFile(
      join(videos, "videos.csv"),
      `recording,file,offset,rate\n${recording},front.mp4,2.5,1.001\n`,
    );
    const shown = await study.page(`${place}?bout=2`);
    const video = shown.querySelector("video")!;
    const start = Number(video.getAttribute("data-start"));
    assert.equal(video.getAttribute("src"), `/videos/front.mp4#t=${(2.5 + 1.001 * start).toFixed(2)}`);
    const moved = await study.page(`${place}?bout=2&offset=-1&rate=2`);
    assert.equal(moved.querySelector("video")!.getAttribute("data-offset"), "-1");
    await Deno.writeTextFile(join(videos, "videos.csv"), `recording,offset\n${recording},soon\n`);
    const bad = await study.get(place);
    assert.equal(bad.status, 404);
    assert.match(await bad.text(), /videos\.csv:2: Cannot read clocks of videos: offset is soon/);
    await Deno.writeTextFile(join(videos, "videos.csv"), `recording,file,offset\n${recording},front.mp4,1\n`);
  });

  await t.step("a browser gets the parts of a video that it asks for, and no other file", async () => {
    const part = async (range: string) => {
      const answer = await study.get("/videos/front.mp4", { headers: { range } });
      return [answer.status, answer.headers.get("content-range"), [...await answer.bytes()]];
    };
    assert.deepEqual(await part("bytes=3-5"), [206, "bytes 3-5/1000", [3, 4, 5]]);
    assert.deepEqual(await part("bytes=998-"), [206, "bytes 998-999/1000", [998 % 251, 999 % 251]]);
    assert.deepEqual(await part("bytes=-1"), [206, "bytes 999-999/1000", [999 % 251]]);
    assert.deepEqual(await part("bytes=2000-"), [416, "bytes */1000", []]);
    const whole = await study.get("/videos/front.mp4");
    assert.deepEqual([whole.status, (await whole.bytes()).length], [200, 1000]);
    for (const path of ["/videos/secret.txt", "/videos/..%2fmotiflow.json", "/videos/none.mp4"]) {
      const answer = await study.get(path);
      assert.equal(answer.status, 404, path);
      await answer.body?.cancel();
    }
  });

  await t.step("bouts are saved for annotation programs, on the clock of the video", async () => {
    const behaviours = Object.values(run.tasks.find(({ id }) => id === "behaviours")!.outputs)[0]!;
    const bouts = (await Deno.readTextFile(join(behaviours.dir, "bouts.csv"))).split("\n")
      .filter((line) => line.startsWith(`${recording},`) && !line.includes("unassigned"));
    const links = [...page.querySelectorAll("main a")].map((a) => a.getAttribute("href")!)
      .filter((href) => href.startsWith(`${place}/`));
    assert.equal(links.length, 4);
    const audacity = await study.get(`${place}/audacity.txt?recording=${recording}`);
    assert.match(
      audacity.headers.get("content-disposition")!,
      /attachment; filename=".*\.labels\.audacity\.txt"/,
    );
    const lines = (await audacity.text()).trimEnd().split("\n").map((line) => line.split("\t"));
    assert.equal(lines.length, bouts.length);
    assert.equal(Number(lines[0]![0]), 1, "the recording starts at the video's first second");
    for (const href of links) {
      assert.equal((await study.get(href).then(async (r) => (await r.text(), r))).status, 200);
    }
    const none = await study.get(`${place}/other.txt`);
    assert.equal(none.status, 404);
    await none.body?.cancel();
  });
  await Deno.remove(videos, { recursive: true });
});

/** The examples of CONTRIBUTING.md are files of this tree as it is: each is used. Their types: tests/docs. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path/posix";
import { fileURLToPath, pathToFileURL } from "node:url";
import { callStep } from "../../lib/steps/call.ts";
import project from "../../deno.json" with { type: "json" };
import { Sources } from "../../lib/report/sources.ts";
import { makeBehaviours, makeCodes } from "../report/fixtures.ts";
import { examples, moved } from "./contributing.ts";
import { readFiles } from "./files.ts";
import { circleOf, scienceInVerbs, upwards } from "./rooms.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, root));

Deno.test("the examples of CONTRIBUTING.md fit this tree and do what they say", async (t) => {
  const dir = await Deno.makeTempDir({ prefix: "motiflow-examples-" });
  try {
    const found = examples();
    const place = (path: string) => join(dir, path.replaceAll("/", "_"));
    for (const [path, code] of found) {
      assert.ok(!existsSync(new URL(path, root)), `${path} is there already`);
      await Deno.writeTextFile(place(path), moved(path, code));
    }
    const sources = [...found].map(([path, text]) => ({ path, text }));
    assert.deepEqual([...upwards(sources), ...scienceInVerbs(sources)], []);
    assert.equal(circleOf([...readFiles("lib"), ...sources]), undefined);
    const config = fileURLToPath(new URL("deno.json", root));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["lint", "--quiet", "--config", config, ...[...found.keys()].map(place)],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const load = (path: string) => import(pathToFileURL(place(path)).href);

    const used = new Set<string>();
    const uses = (path: string, use: (module: any) => void | Promise<void>) => {
      used.add(path);
      return t.step(path, async () => await use(await load(path)));
    };
    await uses("lib/steps/count_codes.ts", async ({ default: step }) => {
      const codes = makeCodes();
      const [code, count] = codes.counts[0];
      const { metrics } = await callStep(step, { codes }, { code }) as any;
      assert.equal(metrics.metrics.windows_with_code.value, count);
    });
    await uses("lib/signal/read/sources/f32.ts", async ({ default: reader }) => {
      const file = join(dir, "anna.f32");
      await Deno.writeFile(file, new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer));
      const context = { paths: [file], progress: () => {}, warn: () => {}, measured: () => {} };
      const channels = ["acc_x", "acc_y", "acc_z"];
      const { recordings, triads } = await reader.read({ source: "f32", rate: 50, channels }, context);
      assert.deepEqual([recordings[0].id, recordings[0].samples, [...recordings[0].data]], [
        "anna",
        2,
        [1, 2, 3, 4, 5, 6],
      ]);
      assert.deepEqual(triads, [[0, 1, 2]]);
      await assert.rejects(
        reader.read({ source: "f32", rate: 50, channels: ["a", "b", "c", "d"] }, context),
        {
          name: "InputError",
        },
      );
    });
    await uses("lib/metrics/kinds/own.ts", async ({ own }) => {
      const { catalogue } = await import("../../lib/metrics/catalogue.ts");
      assert.deepEqual(own.filter(({ name }: { name: string }) => catalogue.has(name)), []);
    });
    await uses("lib/report/figures/dwell_ticks.ts", ({ dwellTicks }) => {
      const behaviours = makeBehaviours({ recordings: 1, minutes: 1 });
      const figure = dwellTicks(behaviours);
      assert.match(figure.toHtml(), /<svg[\s\S]*seconds/);
      assert.equal(figure.provenance[0].n, behaviours.bouts.length);
    });
    await uses("lib/report/sections/durations.ts", async ({ default: section }) => {
      const shown = await section.draw(new Sources([]), {}, new Set());
      assert.match(shown.toHtml(), /No behaviours are connected/);
    });
    await uses("lib/cli/verbs/times.ts", async ({ command }) => {
      assert.match(command.description(), /^[A-Z].*\.$/);
      await assert.rejects(command.parseAsync(["none", "--root", dir], { from: "user" }), {
        name: "InputError",
        message: /none/,
      });
    });
    await uses("lib/schedule/sinks/ntfy.ts", ({ ntfy }) => {
      assert.ok(ntfy.claims(new URL("https://ntfy.sh/x")));
      const run = { run: "r", file: "w.yaml", workflow: "w", status: "succeeded", due: null, ended: "now" };
      const alerts = [{ message: "ece of metrics is 0.2, above 0.1", n: 40 }];
      const { title, message } = ntfy.body({ ...run, alerts, failures: [] });
      assert.equal(title, "w succeeded: 1 broken limit");
      assert.match(message, /ece of metrics is 0\.2, above 0\.1, n = 40/);
    });
    await uses("lib/device/shelf.ts", async ({ shelf }) => {
      const { report, series } = await shelf.bench("shelf", {});
      assert.deepEqual([report.kind, report.status, series], ["shelf", "skipped-no-device", []]);
    });
    assert.deepEqual([...found.keys()].filter((path) => !used.has(path)), []);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("the pages for contributors and readers name only files and tasks that are there", () => {
  const tasks: Record<string, unknown> = project.tasks;
  const example = new Set(examples().keys());
  for (const page of ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"]) {
    const text = read(page);
    const paths = [...text.matchAll(/`((?:lib|tests|hailo|workflows|notebooks|docs)\/[\w./-]*)`/g)].map((
      [, path],
    ) => path);
    assert.ok(paths.length > 5, page);
    const gone = paths.filter((path) => !example.has(path) && !existsSync(new URL(path, root)));
    assert.deepEqual(gone, [], page);
    const called = [...text.matchAll(/deno task ([a-z]+)/g)].map(([, name]) => name);
    assert.deepEqual(called.filter((name) => tasks[name] === undefined), [], page);
  }
});

Deno.test("the changelog has the version of deno.json, newest first, with dates for what is released", () => {
  const heads = [
    ...read("CHANGELOG.md").matchAll(/^## (\d+)\.(\d+)\.(\d+) – (unreleased|\d{4}-\d\d-\d\d)$/gm),
  ];
  assert.equal(heads.length, read("CHANGELOG.md").match(/^## /gm)!.length);
  const numbers = heads.map(([, ...parts]) =>
    parts.slice(0, 3).reduce((sum, part) => 1000 * sum + Number(part), 0)
  );
  assert.deepEqual(numbers, numbers.toSorted((a, b) => b - a));
  assert.ok(heads.some(([line]) => line.startsWith(`## ${project.version} –`)), project.version);
  assert.deepEqual(
    heads.slice(1).filter(([, , , , date]) => date === "unreleased").map(([line]) => line),
    [],
  );
});

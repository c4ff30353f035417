/** One recording through all hosts of a package and the stand-in device, held against the batch. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Recordings } from "../../lib/artifacts/recordings.ts";
import { Quantizer } from "../../lib/fsq/quantizer.ts";
import { boundaryDistance } from "../../lib/model/export/export_rows.ts";
import { optionsOf } from "../../lib/stream/smoothing.ts";
import { views, withBrowser, withPage } from "../browser/browser.ts";
import { choose, linesOf } from "../browser/page_lines.ts";
import { serveFolder } from "../browser/serve_folder.ts";
import { batchOf } from "../stream/batch.ts";
import { csvOf, packBehaviours } from "./behaviour_package.ts";
import { streamTold } from "./package/stream_told.ts";
import { compileWithStandIn, pythonOnDevice } from "./standin_device.ts";

/** Distance to a rounding boundary within which float32 cannot decide. */
export const undecided = 1e-5;

/** How one host's answers lie to those of the batch. */
export interface HostRow {
  host: string;
  /** Arithmetic of the network. */
  arithmetic: "float" | "int8";
  /** Windows, and how many have the batch's code, and its behaviour before smoothing. */
  n: number;
  codes: number;
  behaviours: number;
  /** Smoothed behaviours, in the order of windows, that are the batch's. */
  smoothed: number;
  /** Windows that differ in any of it but smoothing, with their distance to the nearest rounding boundary. */
  differ: { window: number; distance: number }[];
}

/** What a host says of one window. */
interface Said {
  start: number;
  code: number;
  label: string;
  motif: number;
  behaviour: string;
}

type Line = Record<string, any>;

function parsed(text: string): Line[] {
  return text.split("\n").filter((line) => line.startsWith('{"event')).map((line) => JSON.parse(line));
}

/** Packs a model of the first recording's motifs, and runs the second through everything. */
export async function throughEveryHost(
  dir: string,
  { raw, whole }: { raw: Recordings; whole: Recordings },
): Promise<HostRow[]> {
  const packed = await packBehaviours(dir, whole, {}, true, {
    targets: ["hailo8", "cpu", "browser"],
    compile: (bundle) => compileWithStandIn(dir, bundle),
  });
  const second = { ...whole, recordings: whole.recordings.slice(1, 2) };
  const batch = await batchOf(packed.model, second, 25, optionsOf(packed.rules), packed.motifs);
  const table = join(dir, "recording.csv");
  const text = csvOf(raw, 1);
  await Deno.writeTextFile(table, text);

  const expected: Said[] = Array.from(batch.codes, (code, i) => {
    const motif = batch.motifs!.labels[i];
    return {
      ...{ start: batch.windows.start[i], code, motif },
      label: packed.model.labels[batch.labels[i]],
      behaviour: packed.seen!.has(code) ? packed.names![motif] : "unknown",
    };
  });
  const d = packed.model.architecture.latent;
  const bounded = new Quantizer(packed.model.architecture.levels!).bound(batch.latents);
  const distanceOf = (i: number) => boundaryDistance(bounded.subarray(i * d, (i + 1) * d));

  const row = (host: string, arithmetic: HostRow["arithmetic"], lines: Line[]): HostRow => {
    const said = lines.filter(({ event }) => event === "prediction").map((line): Said => ({
      ...{ start: line.start, code: line.code, label: line.label, motif: line.motif.id },
      behaviour: line.behaviour,
    }));
    assert.deepEqual(said.map(({ start }) => start), expected.map(({ start }) => start), `${host}: windows`);
    const smoothed = lines.flatMap((line) =>
      line.event === "end" ? line.smoothed : line.smoothed == null ? [] : [line.smoothed]
    );
    assert.equal(smoothed.length, expected.length, `${host}: smoothed behaviours`);
    const alike = (key: keyof Said) => said.filter((one, i) => one[key] === expected[i][key]).length;
    return {
      ...{ host, arithmetic, n: expected.length, codes: alike("code"), behaviours: alike("behaviour") },
      smoothed: smoothed.filter(({ id }, i) => id === batch.smoothed[i]).length,
      differ: said.flatMap((one, i) =>
        JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(expected[i]).sort())
          ? []
          : [{ window: i, distance: distanceOf(i) }]
      ),
    };
  };

  const python = async (backend: string) => {
    const stream = ["scripts/stream.py", table, "--time", "time", "--backend", backend];
    const { code, out, err } = await pythonOnDevice(packed.dir, ...stream);
    assert.equal(code, 0, err);
    return parsed(out);
  };
  const stream = await streamTold(packed.dir, table);
  assert.equal(stream.err, "");
  return [
    row("stream", "float", parsed(stream.out)),
    row("Python", "float", await python("none")),
    row("C++", "float", await cpp(dir, packed.dir, table)),
    row("browser", "float", await browser(packed.dir, text)),
    row("stand-in device", "int8", await python("hailo")),
  ];
}

async function cpp(dir: string, packed: string, table: string): Promise<Line[]> {
  const program = join(dir, "stream");
  const output = async (command: string, args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(command, { args, cwd: packed, stdin: "null" })
      .output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  };
  await output("c++", ["-std=c++17", "-O2", "-o", program, "examples/cpp/stream.cpp"]);
  return parsed(await output(program, [packed, table, "--time", "time"]));
}

async function browser(packed: string, text: string): Promise<Line[]> {
  const { server, url } = serveFolder(packed);
  let lines: Line[] = [];
  try {
    await withBrowser(async (browser) => {
      lines = await withPage(browser, `${url}web/`, views[0], async (page) => {
        await page.waitForSelector("#source:not([disabled])");
        await choose(page, "recording.csv", text);
        return await linesOf(page);
      });
    });
  } finally {
    await server.shutdown();
  }
  return lines;
}

/** Two recordings of one person of HAPT. */
export async function haptRecordings(): Promise<{ raw: Recordings; whole: Recordings }> {
  const { readHapt } = await import("../../lib/signal/read/published/hapt.ts");
  const { fileURLToPath } = await import("node:url");
  const all = await readHapt([fileURLToPath(new URL("../../../shared/data/hapt.zip", import.meta.url))]);
  const two = { ...all, recordings: all.recordings.slice(0, 2) };
  return { raw: two, whole: two };
}

/** Records in JSON, and sheets. */
import { channelsOf, type Layout, lines, signal, whole } from "../layout.ts";

const n = 100;
const list = <T>(make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));
const ms = (i: number) => 1_700_000_000_000 + 20 * i;
const json = { source: "json" };
const record = (i: number) => ({ t: ms(i), ...xyz(i) });
const xyz = (i: number) => {
  const [x, y, z] = channelsOf(i);
  return { x, y, z };
};
const impulse = (interval: number, more: object = {}) =>
  JSON.stringify({
    protected: { ver: "v1", alg: "none", iat: 1_700_000_000 },
    signature: "0".repeat(64),
    payload: {
      device_name: "ac:87:a3:0a:2d:1b",
      device_type: "DISCO-L475VG-IOT01A",
      interval_ms: interval,
      sensors: ["accX", "accY", "accZ"].map((name) => ({ name, units: "m/s2" })),
      values: list((i) => channelsOf(i)),
      ...more,
    },
  });
const columns = { x: list((i) => signal(i, 0)), y: list((i) => signal(i, 1)), z: list((i) => signal(i, 2)) };
const stored = Deno.readFileSync(new URL("../../reference/sheets.xlsx", import.meta.url));
const sheet = { source: "excel", sheet: "Trial 1", time: "time", missing: "gap" };

export const records: Layout[] = [
  {
    name: "one record a line",
    format: "jsonl",
    maker: "phones and web services",
    source: "JSON Lines: jsonlines.org",
    files: { "a.jsonl": list((i) => JSON.stringify(record(i))).join("\n") },
    with: { ...json, time: "t" },
    expect: { rate: 50, channels: ["x", "y", "z"], recordings: [whole(n)] },
  },
  {
    name: "one record a line, nanoseconds since 1970, under another ending",
    format: "json",
    maker: "loggers of services",
    source: "JSON Lines: jsonlines.org",
    files: {
      "a.json": list((i) =>
        JSON.stringify(record(i)).replace(
          /"t":\d+/,
          `"t":${1_700_000_000_000_000_001n + BigInt(i) * 20_000_000n}`,
        )
      ).join("\n"),
    },
    with: { ...json, time: "t" },
    expect: { rate: 50, recordings: [whole(n)] },
  },
  {
    name: "a line that is cut off",
    format: "jsonl",
    maker: "a phone that ran out of power",
    source: "JSON Lines: jsonlines.org",
    files: { "a.jsonl": `${list((i) => JSON.stringify(record(i))).join("\n")}\n{"t": 17000000` },
    with: { ...json, time: "t" },
    expect: { refused: /a\.jsonl:101: Cannot read JSON[^]*cut short/ },
  },
  {
    name: "a list of records with records inside",
    format: "json",
    maker: "web services",
    source: "RFC 8259: JSON",
    files: {
      "a.json": JSON.stringify(list((i) => ({
        time: i / 50,
        acceleration: xyz(i),
        gyro: channelsOf(i).map((v) => v + 1),
        activity: i < 50 ? "sit, still" : "walk",
      }))),
    },
    with: {
      ...json,
      time: "time",
      label: "activity",
      sensors: {
        imu: ["acceleration.x", "acceleration.y", "acceleration.z", "gyro_x", "gyro_y", "gyro_z"],
      },
    },
    expect: {
      rate: 50,
      recordings: [{
        samples: n,
        value: (i, c) => signal(i, c % 3) + (c < 3 ? 0 : 1),
        label: (i) => i < 50 ? "sit, still" : "walk",
      }],
    },
  },
  {
    name: "readings of several sensors in turn",
    format: "json",
    maker: "Sensor Logger",
    source: "tszheichoi/awesome-sensor-logger: README.md",
    files: {
      "a.json": JSON.stringify([
        { platform: "android", device: "x", sensor: "Metadata" },
        ...list((i) => [
          { sensor: "Accelerometer", seconds_elapsed: String(i / 50), ...xyz(i) },
          { sensor: "Gyroscope", seconds_elapsed: String(i / 50), ...xyz(i) },
        ]).flat(),
      ]),
    },
    with: {
      ...json,
      time: "seconds_elapsed",
      sensors: { phone: [{ where: { sensor: "Accelerometer" }, columns: ["x", "y", "z"] }] },
    },
    expect: { rate: 50, recordings: [whole(n)] },
  },
  {
    name: "a list for each column beside facts",
    format: "json",
    maker: "scripts",
    source: "RFC 8259: JSON",
    files: { "a.json": JSON.stringify({ device: "x", sampleRate: 50, data: columns }) },
    with: { ...json },
    expect: { rate: 50, recordings: [whole(n)] },
  },
  {
    name: "rows by number in each column, as pandas writes them",
    format: "json",
    maker: "pandas",
    source: "pandas.DataFrame.to_json: orient",
    files: {
      "a.json": JSON.stringify(
        Object.fromEntries(Object.entries(columns).map(([name, own]) => [name, { ...own }])),
      ),
    },
    with: { ...json, rate: 50 },
    expect: { rate: 50, recordings: [whole(n)] },
  },
  {
    name: "columns and rows apart, as pandas writes them",
    format: "json",
    maker: "pandas",
    source: "pandas.DataFrame.to_json: orient",
    files: {
      "a.json": JSON.stringify({
        columns: ["x", "y", "z"],
        index: list((i) => i),
        data: list((i) => channelsOf(i)),
      }),
    },
    with: { ...json, rate: 50 },
    expect: { rate: 50, channels: ["x", "y", "z"], recordings: [whole(n)] },
  },
  {
    name: "JSON that is no table",
    format: "json",
    maker: "anybody",
    source: "RFC 8259: JSON",
    files: { "a.json": JSON.stringify({ settings: { rate: 50 }, name: "x" }) },
    with: { ...json, rate: 50 },
    expect: { refused: /no table[^]*Tables are/ },
  },
  {
    name: "acquisitions that tell rate and units, the label in their names",
    format: "json",
    maker: "Edge Impulse",
    source: "docs.edgeimpulse.com: data acquisition format",
    files: { "idle.1a2b.json": impulse(20), "wave.3c4d.json": impulse(20) },
    with: { ...json, label: { from: "filename", pattern: "^([a-z]+)\\." } },
    expect: {
      rate: 50,
      channels: ["accX", "accY", "accZ"],
      units: ["m/s2", "m/s2", "m/s2"],
      recordings: [whole(n, { label: () => "idle" }), whole(n, { label: () => "wave" })],
      warns: /say their rate \(50 Hz\)/,
    },
  },
  {
    name: "acquisitions of two rates",
    format: "json",
    maker: "Edge Impulse",
    source: "docs.edgeimpulse.com: data acquisition format",
    files: { "idle.1a2b.json": impulse(20), "wave.3c4d.json": impulse(10) },
    with: { ...json },
    expect: { refused: /the file says 100 Hz, the first one 50 Hz/ },
  },
  {
    name: "an acquisition of a picture",
    format: "json",
    maker: "Edge Impulse",
    source: "docs.edgeimpulse.com: data acquisition format",
    files: {
      "a.json": impulse(0, {
        sensors: [{ name: "image", units: "rgba" }],
        values: ["Ref: BINARY-i0 (image/png)"],
      }),
    },
    with: { ...json },
    expect: { refused: /interval_ms is 0/ },
  },
  {
    name: "a sheet with dates, units below the names, commas in labels",
    format: "xlsx",
    maker: "openpyxl, as Excel",
    source: "ECMA-376: SpreadsheetML",
    files: { "a.xlsx": stored },
    with: { ...sheet, label: "label", subject: "who" },
    expect: {
      rate: 50,
      units: ["g", "g", "g"],
      recordings: [{
        samples: n,
        subject: "Jörg",
        label: (i) => i < 50 ? "sit, still" : "walk",
        value: (i, c) => i === 9 && c === 1 || i === 10 && c === 2 ? NaN : [i / 8, -i / 4, 1][c],
      }],
    },
  },
  {
    name: "a workbook of which no sheet is named",
    format: "xlsx",
    maker: "openpyxl, as Excel",
    source: "ECMA-376: SpreadsheetML",
    files: { "a.xlsx": stored },
    with: { ...sheet, sheet: undefined },
    expect: { refused: /Trial 1, Notes have rows[^]*sheet: <name>/ },
  },
  {
    name: "a sheet that is not there",
    format: "xlsx",
    maker: "openpyxl, as Excel",
    source: "ECMA-376: SpreadsheetML",
    files: { "a.xlsx": stored },
    with: { ...sheet, sheet: "Trial 2" },
    expect: { refused: /Cannot find sheet "Trial 2"[^]*Trial 1/ },
  },
  {
    name: "a workbook of Excel 97",
    format: "xlsx",
    maker: "Excel",
    source: "MS-CFB: compound file",
    files: {
      "a.xlsx": Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...new Uint8Array(600)),
    },
    with: { ...sheet },
    expect: { refused: /Excel 97 to 2003[^]*Save it again as \.xlsx/ },
  },
  {
    name: "a workbook among tables",
    format: "csv",
    maker: "a study's folder",
    source: "findings on folders as people share them",
    files: { "a.xlsx": stored },
    with: { rate: 50 },
    expect: { refused: /none of the given files ends[^]*source: excel/ },
  },
  {
    name: "records among tables",
    format: "csv",
    maker: "a study's folder",
    source: "findings on folders as people share them",
    files: { "a.jsonl": lines("", 3, (i) => [i]) },
    with: { rate: 50 },
    expect: { refused: /none of the given files ends[^]*source: json/ },
  },
];

/** Folders of recordings as a newcomer has them, each in another layout: three people who stand and walk, unless it says so. */
import { zipSync } from "fflate";
import { encodeNpy } from "../../lib/artifacts/npy.ts";
import { makeCwa } from "../signal/read/devices/make_device_files.ts";
import { lines } from "./layout.ts";

/** A folder, and what `init` must make of it. */
export interface Folder {
  name: string;
  /** Below the project. */
  files: Record<string, string | Uint8Array>;
  /** Arguments of `init` behind the project. */
  args?: string[];
  /** What it says. */
  says: RegExp[];
  /** Whether the data suffice for a model and its judgement. */
  judged: boolean;
}

const people = [1, 2, 3];
const samples = 1600;
const rate = 50;

/** Whether someone walks in sample `t`: every other five seconds. */
const walks = (t: number) => Math.floor(t / (5 * rate)) % 2;
const word = (t: number) => walks(t) ? "walk" : "stand";
/** Acceleration of a person in m/s², whose walk is three times as large as the sway of standing. */
const acc = (person: number, t: number) =>
  [0, 1, 2].map((c) =>
    ((1 + 2 * walks(t)) * Math.sin((t + 37 * person) * (0.2 + 0.1 * c)) + (c === 2 ? 9.81 : 0)).toFixed(4)
  );
const seconds = (t: number) => (t / rate).toFixed(2);
const gyro = (person: number, t: number) => acc(person + 5, t).map((v, c) => c === 2 ? "0.1" : v);

function table(person: number, { label = true, n = samples, from = 0 } = {}): string {
  return lines(
    `time,acc_x,acc_y,acc_z${label ? ",activity" : ""}`,
    n,
    (i) => [seconds(i), ...acc(person, i + from), ...(label ? [word(i + from)] : [])],
  );
}

const each = (name: (person: number) => string, text: (person: number) => string | Uint8Array, of = people) =>
  Object.fromEntries(of.map((person) => [name(person), text(person)]));

const npy = (person: number, what: "samples" | "labels") =>
  what === "labels" ? encodeNpy(Int32Array.from({ length: samples }, (_, t) => walks(t))) : encodeNpy(
    Float32Array.from(Array.from({ length: samples }, (_, t) => acc(person, t).map(Number)).flat()),
    [samples, 3],
  );

/** Windows of 100 samples of a person; every fifth of a second of the signal begins one. */
const windows = people.flatMap((person) =>
  Array.from({ length: 40 }, (_, k) => ({ person, from: k * 40 - (k * 40) % 250 + (k * 40) % 150 }))
);
const inertial = (channel: number) =>
  windows.map(({ person, from }) =>
    Array.from({ length: 100 }, (_, i) => acc(person, from + i)[channel]).join(" ")
  ).join("\n") + "\n";

const bytes = (text: string) => new TextEncoder().encode(text);

const noon = Date.UTC(2026, 2, 4, 12) / 1000;
/** A logger at 50 Hz in g. */
const cwa = (person: number) =>
  makeCwa({
    halvings: 6,
    fractions: true,
    serial: person,
    blocks: Array.from({ length: samples / 80 }, (_, k) => ({
      begin: noon + 1.6 * k,
      sequence: k,
      counts: Array.from({ length: 80 }, (_, i) =>
        acc(person, 80 * k + i).map((v) => Math.round(+v * 256 / 9.81))),
    })),
  });
const clock = (second: number) =>
  new Date(1000 * (noon + second)).toISOString().slice(0, 19).replace("T", " ");
const bouts = lines(
  "start,end,label",
  Math.floor(samples / rate / 5),
  (k) => [clock(5 * k), clock(5 * k + 5), word(5 * rate * k)],
);

export const folders: Folder[] = [
  {
    name: "a CSV file for each person",
    files: each((p) => `data/sub_0${p}.csv`, (p) => table(p)),
    says: [/3 recordings of 3 subjects/, /guess: label: column activity/],
    judged: true,
  },
  {
    name: "a folder for each person, with semicolons and decimal commas",
    files: {
      ...each((p) => `data/P0${p}/monday.csv`, (p) => table(p).replaceAll(",", ";").replaceAll(".", ",")),
      ...each((p) => `data/P0${p}/friday.csv`, (p) => table(p + 9).replaceAll(",", ";").replaceAll(".", ",")),
    },
    says: [/6 recordings of 3 subjects/],
    judged: true,
  },
  {
    name: "one CSV file with columns of subject, session and label",
    files: {
      "data/all.csv": lines("subject,session,time,acc_x,acc_y,acc_z,label", 6 * samples, (i) => {
        const [person, session] = [1 + Math.floor(i / (2 * samples)), Math.floor(i / samples) % 2];
        const t = i % samples;
        return [`p${person}`, `s${session}`, seconds(t), ...acc(person + 9 * session, t), word(t)];
      }),
    },
    says: [/6 recordings of 3 subjects/, /guess: session: column session/, /guess: subject: column subject/],
    judged: true,
  },
  {
    name: "no header: user, activity, nanoseconds, x, y, z",
    files: {
      "data/raw.txt": people.map((p) =>
        Array.from(
          { length: samples },
          (_, t) => `${16 + p},${word(t)},${49105962326000 + t * 2e7},${acc(p, t).join(",")};\n`,
        ).join("")
      ).join(""),
    },
    says: [/3 recordings of 3 subjects/, /guess: time: column 3/, /guess: label: column 2/],
    judged: true,
  },
  {
    name: "no header: numbers only, the label last, a file for each person in a zip",
    files: {
      "data/set.zip": zipSync({
        "SET/README.txt": bytes("Recorded in spring with 50 Hz.\n"),
        ...each(
          (p) => `SET/subject${p}.log`,
          (p) => bytes(lines("", samples, (t) => [...acc(p, t), ...gyro(p, t), walks(t) + 1], "\t")),
        ) as Record<string, Uint8Array>,
      }),
    },
    says: [/3 recordings of 3 subjects/, /guess: label: column 7/, /rate is assumed/],
    judged: true,
  },
  {
    name: "windows of one channel in each file, as UCI HAR has them",
    files: {
      "data/HAR/README.txt": "Windows of 100 samples, 50 Hz.\n",
      "data/HAR/activity_labels.txt": "1 STANDING\n2 WALKING\n",
      ...Object.fromEntries(["x", "y", "z"].map((axis, c) => [
        `data/HAR/train/Inertial Signals/total_acc_${axis}_train.txt`,
        inertial(c),
      ])),
      "data/HAR/train/X_train.txt": windows.map(() => "0.1 0.2 0.3 0.4\n").join(""),
      "data/HAR/train/y_train.txt": windows.map(({ from }) => `${walks(from) + 1}\n`).join(""),
      "data/HAR/train/subject_train.txt": windows.map(({ person }) => `${person}\n`).join(""),
    },
    says: [/120 windows of 100 samples of 3 subjects/, /rate is assumed/],
    judged: true,
  },
  {
    name: "one .npz file of windows, their labels and people",
    files: {
      "data/set.npz": zipSync({
        "X.npy": encodeNpy(
          Float32Array.from(
            windows.flatMap(({ person, from }) =>
              Array.from({ length: 100 }, (_, i) => acc(person, from + i).map(Number)).flat()
            ),
          ),
          [windows.length, 100, 3],
        ),
        "y.npy": encodeNpy(Int32Array.from(windows, ({ from }) => walks(from))),
        "groups.npy": encodeNpy(Int32Array.from(windows, ({ person }) => person)),
      }),
    },
    says: [/120 windows of 100 samples of 3 subjects/, /guess: windows: X \[120,100,3\]/, /rate is assumed/],
    judged: true,
  },
  {
    name: "one .npz file for each person",
    files: each(
      (p) => `data/subject_${p}.npz`,
      (p) => zipSync({ "X.npy": npy(p, "samples"), "y.npy": npy(p, "labels") }),
    ),
    says: [/3 recordings of 3 subjects/, /rate is assumed/],
    judged: true,
  },
  {
    name: "one Parquet table",
    files: {
      "data/people.parquet": Deno.readFileSync(new URL("../reference/people.parquet", import.meta.url)),
    },
    says: [/3 recordings of 3 subjects/],
    judged: true,
  },
  {
    name: "arrays with labels beside them",
    files: {
      ...each((p) => `data/subject_${p}.npy`, (p) => npy(p, "samples")),
      ...each((p) => `data/subject_${p}.labels.npy`, (p) => npy(p, "labels")),
    },
    says: [/3 recordings of 3 subjects/, /rate is assumed/],
    judged: true,
  },
  {
    name: "files of one activity each, with a list of labels and people",
    files: {
      ...Object.fromEntries(people.flatMap((p) =>
        [0, 1].map((k) => [
          `data/rec_${p}${k}.csv`,
          lines("t,x,y,z", 600, (i) => [seconds(i), ...acc(p, (i % 250) + 250 * k)]),
        ])
      )),
      "data/labels.csv": lines(
        "file,label,person,age",
        6,
        (i) => [`rec_${1 + (i >> 1)}${i % 2}.csv`, i % 2 ? "walk" : "stand", `p${1 + (i >> 1)}`, 30 + i],
      ),
    },
    says: [/6 recordings of 3 subjects/, /guess: label: column label of labels.csv/],
    judged: true,
  },
  {
    name: "a phone's logger: a folder for each recording, a file for each sensor, label intervals",
    files: Object.fromEntries(people.flatMap((p) => {
      const begin = 1_698_501_144_000_000_000n + BigInt(p) * 86_400_000_000_000n;
      const log = (values: (t: number) => string[]) =>
        lines("time,seconds_elapsed,z,y,x", samples, (t) => [
          String(begin + BigInt(t) * 20_000_000n),
          seconds(t),
          ...values(t).toReversed(),
        ]);
      return [
        [`data/P${p}/Accelerometer.csv`, log((t) => acc(p, t))],
        [`data/P${p}/Gyroscope.csv`, log((t) => gyro(p, t))],
        [`data/P${p}/Metadata.csv`, "device name,platform\nPixel,android\n"],
        [
          `data/P${p}/intervals.csv`,
          lines("start,end,label", 6, (k) => [5 * k, 5 * k + 5, k % 2 ? "walk" : "stand"]),
        ],
      ];
    })),
    says: [/3 recordings of 3 subjects/, /guess: label: intervals/, /guess: sensor phone/],
    judged: true,
  },
  {
    name: "one burst in each row, with its label",
    files: {
      "data/bursts.csv": lines(
        `animal,${Array.from({ length: 40 }, (_, k) => `x${k + 1},y${k + 1},z${k + 1}`).join(",")},behaviour`,
        120,
        (i) =>
          [
            `gull${1 + Math.floor(i / 40)}`,
            ...Array.from({ length: 40 }, (_, k) => acc(1 + Math.floor(i / 40), (i % 2) * 250 + i + k))
              .flat(),
            i % 2 ? "fly" : "rest",
          ].map(String),
      ).replaceAll("NaN", "0"),
    },
    says: [/120 recordings of 3 subjects/, /guess: bursts: 40 samples a row/, /rate is assumed/],
    judged: true,
  },
  {
    name: "one row for each reading of a sensor",
    files: each(
      (p) => `data/user_${p}.csv`,
      (p) =>
        lines("timestamp_ms,sensor,x,y,z,activity", 2 * samples, (i) => {
          const t = i >> 1;
          return [
            20 * t + (i % 2 ? 3 : 0),
            i % 2 ? "gyro" : "acc",
            ...(i % 2 ? gyro(p, t) : acc(p, t)),
            word(t),
          ];
        }),
    ),
    says: [/3 recordings of 3 subjects/, /guess: sensor imu: rows whose sensor is acc/],
    judged: true,
  },
  {
    name: "numbers as labels, with their names in a file",
    files: {
      ...each(
        (p) => `data/id${p}_walk_test.csv`,
        (p) => table(p).replaceAll("stand", "1").replaceAll("walk\n", "2\n"),
      ),
      "data/activity_labels.txt": "1 STANDING\n2 WALKING\n",
    },
    says: [/class STANDING/, /guess: label_names: activity_labels.txt/],
    judged: true,
  },
  {
    name: "no labels",
    files: each((p) => `data/monkey${p}.csv`, (p) => table(p, { label: false })),
    says: [/not guessed: there are no labels/],
    judged: false,
  },
  {
    name: "one person",
    files: { "data/walk.csv": table(1) },
    says: [/1 recording of 1 subject/, /one person/i],
    judged: true,
  },
  {
    name: "two people",
    files: each((p) => `data/s${p}.csv`, (p) => table(p), [1, 2]),
    says: [/2 recordings of 2 subjects/, /two people/i],
    judged: true,
  },
  {
    name: "a pattern on files, in a folder of another name",
    files: {
      ...each((p) => `measured/2024/p${p}_imu.csv`, (p) => table(p)),
      "measured/2024/p1_heart.csv": "time,bpm\n0,60\n1,61\n",
    },
    args: ["--data", "measured/2024/*_imu.csv"],
    says: [/3 recordings of 3 subjects/],
    judged: true,
  },
  {
    name: "a logger's .cwa file for each person, with label intervals on its clock",
    files: { ...each((p) => `data/P0${p}.cwa`, cwa), ...each((p) => `data/P0${p}_labels.csv`, () => bouts) },
    says: [/3 files of Axivity AX3 at 50 Hz/, /guess: .*intervals/],
    judged: true,
  },
];

/** Mistakes that people make in their first workflows, each with what the program says of it. */
import assert from "node:assert/strict";
import { registry } from "../../lib/steps/registry.ts";
import { checkMetric, checkSchedule } from "../../lib/schedule/check_schedule.ts";
import { checkWorkflow } from "../../lib/workflow/check/check.ts";

/** All that is said of a text, one line each: `line:column message | hint`. */
async function said(text: string): Promise<string[]> {
  const options = { registry, root: "/p", folder: "/p", checkSchedule, checkMetric };
  const { diagnostics } = await checkWorkflow(text, "w.yaml", options);
  return diagnostics.map(({ location: { line, column }, message, hint = "" }) =>
    `${line}:${column} ${message} | ${hint}`
  );
}

const load = (withs: string) =>
  `params: { k: 3, day: monday }\nsteps:\n  a: { uses: load, with: { ${withs} } }\n`;
const sound = "steps:\n  a: { uses: load, with: { source: simulate } }\n";
const after = (step: string) => `${sound}  w: { uses: window, from: a }\n  ${step}\n`;

const bare = (column: number, written: string) => [
  `3:${column} an expression has to be quoted here | put it into quotes: "${written}"`,
];

const cases: Record<string, [text: string, said: string[]]> = {
  "${{ }} without quotes in a map": [
    load("source: simulate, subjects: ${{ params.k }}"),
    bare(56, "${{ params.k }}"),
  ],
  "{{ }} without quotes": [load("source: simulate, subjects: {{ params.k }}"), bare(56, "${{ params.k }}")],
  "${ } without quotes": [load("source: simulate, subjects: ${params.k}"), bare(56, "${{ params.k }}")],
  "an expression in the middle of a path": [
    load("source: csv, path: data/${{ params.day }}/*.csv"),
    bare(47, "data/${{ params.day }}/*.csv"),
  ],
  "a variable of a shell": [
    load("source: simulate, subjects: $k"),
    ['3:56 subjects must be a whole number, got "$k" | a param is written "${{ params.k }}"'],
  ],
  "a parameter of another source": [
    load("source: simulate, subject: 6"),
    ['3:46 unknown key "subject" in `with` of step "a" | did you mean "subjects"?'],
  ],
  "a source in typographic quotes": [
    load("source: “npy”, path: data"),
    [
      '3:36 source must be one of simulate, hapt, sp-sw-har, umafall, csv, parquet, excel, json, npy, sleap, deeplabcut, device, got "“npy”" | ' +
      'these quotes are part of the text: write "npy"',
    ],
  ],
  "a source with an underscore": [
    load("source: sp_sw_har, path: data"),
    [
      '3:36 source must be one of simulate, hapt, sp-sw-har, umafall, csv, parquet, excel, json, npy, sleap, deeplabcut, device, got "sp_sw_har" | ' +
      'did you mean "sp-sw-har"?',
    ],
  ],
  "no source": [
    load("path: data"),
    [
      '3:20 "source" is missing in `with` of step "a" | source is one of simulate, hapt, sp-sw-har, umafall, csv, ' +
      "parquet, excel, json, npy, sleap, deeplabcut, device",
    ],
  ],
  "no blank after a colon": [
    load("source:simulate"),
    ['3:28 "source" is missing in `with` of step "a" | a blank comes after the colon: source: simulate'],
  ],
  "steps as a list": [
    "steps:\n  - { uses: load }\n",
    ['2:3 steps must be a map, got [{"uses":"load"}] | write a map, a name before each colon and no dash: steps: { … }'],
  ],
  "a list for `with`, told once": [
    "steps:\n  a: { uses: load, with: [source: simulate] }\n",
    [
      '2:26 steps.a.with must be a map, got [{"source":"simulate"}] | ' +
      "write a map, a name before each colon and no dash: with: { … }",
    ],
  ],
  "a number of folds as an axis, told once": [
    `${sound}matrix: { fold: 5 }\n`,
    [
      "3:11 no step uses matrix axis fold | use it as ${{ matrix.fold }}",
      "3:17 matrix.fold must be one of a list, text, got 5 | write a list in [ ]; fold: The values of the axis as a list, " +
      "e.g. [0, 1, 2, 3, 4], or an expression that gives one.",
    ],
  ],
  "a number in quotes": [
    after(`v: { uses: window, from: a, with: { length: "100" } }`),
    [
      '4:47 length must be a number of samples, or text such as "2s", "500ms" or "50%", got "100" | ' +
      "write the number without quotes: 100",
    ],
  ],
  "a decimal comma": [
    after("v: { uses: window, from: a, with: { length: 4,5 } }"),
    ['4:49 unknown key "5" in `with` of step "v" | a number has a decimal point, no comma'],
  ],
  "yes for true": [
    `${sound}  w: { uses: window, from: a, if: yes }\n`,
    ["3:35 unknown name yes in the expression | write true or false"],
  ],
  "words of other programs for parts of a step": [
    "steps:\n  a: { run: python train.py, params: { k: 3 } }\n",
    [
      '2:3 "uses" is missing in steps.a | uses: The step type, or the path of your own step, e.g. ./my-step.ts.',
      '2:8 unknown key "run" in steps.a | it is called "uses" here',
      '2:30 unknown key "params" in steps.a | it is called "with" here',
    ],
  ],
  "initials of a parameter, and a choice that is nearly right": [
    after("s: { uses: split, from: w, with: { by: subjects } }") +
    "  m: { uses: train, from: [w, s], with: { levels: [4, 4], lr: 0.1 } }\n",
    [
      '4:42 by must be one of subject, listed, official, recording, time, random-window-leaks, got "subjects" | ' +
      'did you mean "subject"?',
      '5:59 unknown key "lr" in `with` of step "m" | did you mean "learning_rate"?',
    ],
  ],
  "a problem that only the step sees names its parameter": [
    after("s: { uses: split, from: w, with: { folds: 3, fold: 3 } }"),
    ["4:54 fold: 3 folds are counted 0 to 2, got 3 | "],
  ],
  "a bracket that is not closed": [
    "steps:\n  a: { uses: load, with: { source: simulate }\n\n# a comment\n",
    ["2:6 the closing } is missing | "],
  ],
  "a schedule as text": [
    `${sound}schedule: "0 3 * * 1"\n`,
    ['3:11 schedule must be a map, got "0 3 * * 1" | write schedule: { cron: … }'],
  ],
  "a schedule in words, told once": [
    `${sound}schedule: { cron: every monday }\n`,
    [
      '3:19 schedule.cron must be five or six fields with blanks between, such as 0 3 * * 1, got "every monday" | ' +
      "cron: Five or six fields, e.g. 0 3 * * 1.",
    ],
  ],
  "a word of cron for whole days": [
    `${sound}schedule: { cron: "@Daily" }\n`,
    [
      '3:19 schedule.cron must be five or six fields with blanks between, such as 0 3 * * 1, got "@Daily" | ' +
      'write "0 0 * * *"',
    ],
  ],
  "a minute that does not exist, and a city for a time zone": [
    `${sound}schedule: { cron: 61 * * * *, timezone: Berlin }\n`,
    [
      '3:19 schedule.cron "61 * * * *" cannot be read: invalid value for minute: 61 | for example "0 3 * * 1" is Monday at 3',
      '3:41 schedule.timezone "Berlin" is no time zone | use a name such as Europe/Berlin or UTC',
    ],
  ],
  "an alert on a metric that nobody measures": [
    `${sound}alerts: [{ metric: acuracy, below: 0.5 }, { metric: "ece[fsq]", above: 0.1 }]\n`,
    ['3:20 no step measures "acuracy", so this alert would never be sent | did you mean "accuracy"?'],
  ],
};

for (const [name, [text, expected]] of Object.entries(cases)) {
  Deno.test(`a newcomer's mistake is told with its cure: ${name}`, async () => {
    assert.deepEqual(await said(text), expected);
  });
}

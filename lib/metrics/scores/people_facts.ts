/** Of whom a model and a set of windows tell. */
import type { Model } from "../../artifacts/model.ts";
import { Part, type Split } from "../../artifacts/split.ts";
import type { Windows } from "../../artifacts/windows.ts";
import { significant } from "../../text/numbers.ts";
import type { Surroundings } from "../diagnose.ts";

/** People that a model learnt from, and what it chose by those of the validation part. */
export function peopleOfModel(
  model: Omit<Model, "onnx">,
  split: Split,
): Pick<Surroundings, "trainingSubjects" | "validationSubjects" | "chosen"> {
  // An encoder from elsewhere learnt from people of whom nothing is known here.
  if (model.imported) return {};
  const { bestEpoch, history, temperature, training } = model;
  const judged = training.validationWindows > 0 && model.architecture.classes > 0;
  return {
    trainingSubjects: training.subjects.length,
    ...(judged ? { validationSubjects: split.groups.validation.length } : {}),
    chosen: [
      ...(bestEpoch < history.length ? [`epoch ${bestEpoch} of ${history.length}`] : []),
      ...(temperature !== 1 ? [`temperature ${significant(temperature)}`] : []),
    ],
  };
}

/** In whom each class is labelled, in the parts of the split that are used. */
export function classPeople(windows: Windows, split: Split): NonNullable<Surroundings["classPeople"]> {
  const { labelNames, recordings } = windows.recordings;
  const people = labelNames.map(() => new Set<string>());
  windows.labels.forEach((label, i) => {
    if (label >= 0 && split.part[i] !== Part.unused) {
      people[label].add(recordings[windows.recording[i]].subject);
    }
  });
  return labelNames.map((name, label) => ({ name, people: [...people[label]] }));
}

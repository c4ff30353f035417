/** What report notebooks import: sections for whole pages, figures and tables for one's own. */
export { Sources } from "./sources.ts";
export type { Source } from "./sources.ts";
export { Figure, Plot } from "./plot.ts";
export { absent, facts, Fragment, note, objectTable, stack, table } from "./table.ts";
export { dataSection, splitSection } from "./sections/data.ts";
export { modelSection } from "./sections/model.ts";
export { ablationSection } from "./sections/ablation.ts";
export { calibrationSection, confusionSection, scoresSection, subjectsSection } from "./sections/scores.ts";
export {
  boutsSection,
  codesSection,
  dictionarySection,
  ethogramSection,
  motifsSection,
  transitionsSection,
} from "./sections/behaviours.ts";
export { exportSection, hailoSection, latencySection, packageSection } from "./sections/deployment.ts";
export { comparisonSection, gatesSection, levelsSection, sweepSection } from "./sections/judgement.ts";
export { driftSection } from "./sections/drift.ts";
export { noiseSection } from "./sections/noise.ts";
export { limitsSection, overviewSection } from "./sections/summary.ts";

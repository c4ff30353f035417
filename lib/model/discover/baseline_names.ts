/** Clusterings of plain statistics, simplest first. */
export const baselineNames = ["kmeans", "gmm", "hmm", "ar-hmm"] as const;

export type BaselineName = typeof baselineNames[number];

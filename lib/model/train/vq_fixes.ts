/** What makes a learned codebook work; each can be left out to see what it is worth. */
export const vqFixes = ["straight-through", "commitment", "initialisation", "warm-up", "restart"] as const;

export type VqFix = typeof vqFixes[number];

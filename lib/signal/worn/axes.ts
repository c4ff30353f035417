/** Axes of a sensor that gravity may be turned to. */
export const axes = ["x", "-x", "y", "-y", "z", "-z"] as const;

export type Axis = typeof axes[number];

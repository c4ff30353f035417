/** What an encoder file is told of the windows that it is for. */
export interface WindowShape {
  /** Samples. */
  length: number;
  /** Channels of one sensor. */
  channels: number;
  sensors: number;
  /** Width of the vector that the built-in network would give; any other will do. */
  features: number;
}

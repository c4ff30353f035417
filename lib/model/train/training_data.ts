/** The windows, labels and parts that training works on. */
import type { Windows } from "../../artifacts/windows.ts";
import type { KeptGoals } from "./kept_goals.ts";
import type { Scaler } from "../../signal/window/batch.ts";

/** What the trainer works on. */
export interface TrainingData {
  windows: Windows;
  scaler: Scaler;
  /** Class by window in the order of the logits; −1 where unlabelled. */
  labels: Int32Array;
  /** Class by label id, −1 where not trained. */
  classOf: Int32Array;
  /** Loss weight by class. */
  classWeights: Float64Array;
  trainRows: Int32Array;
  /** May be empty: then the last epoch's weights are kept. */
  validationRows: Int32Array;
  /** Windows that take part without labels, half of every step; for a network with levels. */
  goals?: KeptGoals;
}

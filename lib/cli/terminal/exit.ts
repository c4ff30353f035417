/** How the program ends. */

/** Exit codes, a promise to scripts. */
export const exitCodes = {
  /** Done. */
  done: 0,
  /** A step failed. */
  failed: 1,
  /** The workflow, the data or the usage is wrong: the user can put it right. */
  usage: 2,
  /** Done, but an alert or gate tripped. */
  alert: 3,
  /** `plan --exit-code`: something would run. */
  work: 4,
  /** Interrupted by the user. */
  interrupted: 130,
} as const;

/** Thrown by a verb to end the program; whatever is to be said has been said. */
export class Exit extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`);
    this.name = "Exit";
  }
}

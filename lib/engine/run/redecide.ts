/** Decides anew what a task reads or takes, where the rest of its decision holds. */
import { actionKey, type KeyParts, mapValues } from "../key/action_key.ts";
import type { Decision } from "./planner.ts";

/** The decision with other parts of the key, on other files; nothing is looked up. */
export function redecide(decision: Decision, parts: KeyParts, files: Decision["files"]): Decision {
  const { record: _record, problem: _problem, ...shared } = decision;
  return {
    ...shared,
    key: actionKey(parts),
    parts,
    ingredients: () => ({ ...parts, files: mapValues(files, ({ hashes }) => hashes) }),
    files,
  };
}

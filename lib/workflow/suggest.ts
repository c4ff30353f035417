/** "Did you mean" for workflow files; the same words serve the readers of data files. */
export { distance, nearest, suggestion } from "../suggest.ts";

/** The way from a thread to whoever started it, which is the program's own. */

/**
 * Takes the thread's `postMessage` for the program's messages. Modules that are loaded later, such as a user's, find one
 * that reaches nobody: what they posted would be taken for an answer.
 *
 * @param unheard Called the first time that something is posted there.
 */
export function takePost<T>(unheard: () => void = () => {}): (message: T) => void {
  const scope = globalThis as unknown as { postMessage(message: unknown): void };
  const post = scope.postMessage.bind(globalThis);
  let told = false;
  scope.postMessage = () => {
    if (!told) unheard();
    told = true;
  };
  return post;
}

/** Which files come by URL; apart from how they come, which most runs need not know. */
import type { FileRequest } from "../../workflow/step.ts";

/** Whether a request is for a file behind a URL. */
export function isRemote({ pattern, opened }: FileRequest): boolean {
  return opened !== true && /^https?:\/\//i.test(pattern);
}

/** What a URL gives is not known yet, so neither is the key. */
export class NotPinned extends Error {
  constructor(readonly url: string) {
    super(`${url} was never downloaded; the run pins what it finds`);
  }
}

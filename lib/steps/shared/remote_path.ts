/** A `path` that may be a URL, with the hash of what is there: for steps that read files from outside. */
import type { FileRequest } from "../../workflow/step.ts";

/** The request for the file at `path`. */
export function fileAt(params: { path: string; sha256?: string | undefined }): FileRequest {
  const { path: pattern, sha256 } = params;
  return { name: "path", pattern, ...(sha256 === undefined ? {} : { sha256 }) };
}

/** What is wrong with a `path` and its `sha256`. */
export function checkPath(params: { path: string; sha256?: string | undefined }) {
  const { path, sha256 } = params;
  if (/^(https?):\/\//i.test(path)) {
    const url = URL.parse(path);
    if (url === null) return [{ path: ["path"], message: `${path} is no URL` }];
    if (url.username !== "" || url.password !== "") {
      return [{ path: ["path"], message: "a URL must not hold a password: it is kept in motiflow.lock" }];
    }
  } else if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    return [{ path: ["path"], message: `a URL begins with https:// or http://, got ${path}` }];
  } else if (sha256 !== undefined) {
    return [{ path: ["sha256"], message: "`sha256` is for a path that is a URL" }];
  }
  return [];
}

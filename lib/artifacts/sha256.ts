/** The content hash that bundles, packages and measurements name their files by. */

/**
 * SHA-256 of bytes, in hexadecimal.
 *
 * ```ts
 * import { sha256 } from "./sha256.ts";
 * import assert from "node:assert/strict";
 * assert.match(await sha256(new TextEncoder().encode("abc")), /^ba7816bf.*20015ad$/);
 * ```
 */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return new Uint8Array(digest).toHex();
}

/** Names of licences: SPDX's list, and references to a licence that is not in it. */
import old from "spdx-license-ids/deprecated.json" with { type: "json" };
import ids from "spdx-license-ids/index.json" with { type: "json" };

const listed = new Set([...ids, ...old]);

/** Whether SPDX's list has it, so that a bill of materials may call it by its identifier. */
export function isListed(license: string): boolean {
  return listed.has(license);
}

/**
 * Whether it names a licence as SPDX does: of its list, or `LicenseRef-` and a name of one's own.
 *
 * ```ts
 * import { isLicense } from "./license_id.ts";
 * import assert from "node:assert/strict";
 * assert.deepEqual(["MIT", "LicenseRef-Acme", "Proprietary", "mit"].map(isLicense), [true, true, false, false]);
 * ```
 */
export function isLicense(license: string): boolean {
  return isListed(license) || /^LicenseRef-[A-Za-z0-9.-]+$/.test(license);
}

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  compileCodes,
  deviceCodes,
  finding,
  HailoError,
  remedy,
  throwErrors,
} from "../../lib/hailo/error.ts";

Deno.test("every error code is raised by a test, and by the code", async () => {
  const texts = async (folders: string[], ending: string) => {
    let all = "";
    for (const folder of folders) {
      const path = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
      for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
        if (!entry.name.endsWith(ending) || entry.name === "error.ts" || entry.name === "error_test.ts") {
          continue;
        }
        all += await Deno.readTextFile(join(entry.parentPath, entry.name));
      }
    }
    return all;
  };
  const tests = await texts(["tests/hailo", "tests/device", "tests/steps", "tests/e2e"], "_test.ts");
  const code = await texts(["lib/hailo", "lib/device", "lib/steps"], ".ts");
  for (const name of [...Object.keys(compileCodes), ...Object.keys(deviceCodes)]) {
    assert.ok(tests.includes(`"${name}"`) || tests.includes(`${name}:`), `no test raises ${name}`);
    assert.ok(code.includes(`"${name}"`), `nothing raises ${name}`);
  }
});

Deno.test("HailoError carries its code, what to do, and its details", () => {
  const error = new HailoError("DEVICE_BUSY", "held by rpicam-vid", { holders: ["rpicam-vid"] });
  assert.equal(error.code, "DEVICE_BUSY");
  assert.equal(error.message, `DEVICE_BUSY: held by rpicam-vid\n  ${remedy("DEVICE_BUSY")}`);
  assert.deepEqual(error.details, { holders: ["rpicam-vid"] });
});

Deno.test("throwErrors() throws all errors at once and lets warnings pass", () => {
  const warning = finding("CALIB_TOO_FEW", "3 windows", {}, "warning");
  throwErrors("Cannot compile:", [warning]);
  const errors = [warning, finding("PREFLIGHT_RANK", "rank 3"), finding("PREFLIGHT_NAME", "no name")];
  assert.throws(() => throwErrors("Cannot compile:", errors), {
    code: "PREFLIGHT_RANK",
    message: /PREFLIGHT_RANK: rank 3\n {2}PREFLIGHT_NAME: no name/,
  });
});

/** The way for a test to change what all tests of a run share: files of tests are threads of one process. */
import assert from "node:assert/strict";
import { reasonsFile } from "./skip.ts";

const variable = "MOTIFLOW_TEST_ALONE";

/**
 * The body of a test in a process of its own, where it may set the working directory, the umask, or a variable that
 * the system or other programs read, such as `TZ`. The rule `shared-process` of `deno lint` demands it.
 */
export function alone(body: () => Promise<void>): (test: Deno.TestContext) => Promise<void> {
  return async ({ name, origin }) => {
    if (Deno.env.get(variable) === name) return await body();
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "--quiet", "-A", "--no-check", "--filter", name, origin],
      // Why others of the file are left out, this process has told.
      env: { [variable]: name, NO_COLOR: "1", [reasonsFile]: "/dev/null" },
      stdin: "null",
    }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assert.equal(code, 0, said);
    assert.match(said, /\b1 passed/, "the process of its own found no test of this name");
  };
}

import assert from "node:assert/strict";
import { join } from "node:path";
import { skipReason } from "../house/skip.ts";
import { Rig } from "./rig.ts";

async function output(program: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

function without(program: string): string | false {
  try {
    new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync();
    return false;
  } catch {
    return `no ${program}`;
  }
}

Deno.test({
  name: "bash completes verbs, their words and their options from the script of completions",
  ignore: skipReason(without("bash")),
  async fn() {
    await using rig = await Rig.open();
    const script = await rig.run("completions", "bash");
    assert.equal(script.code, 0, script.stderr);
    await rig.write("completions.bash", script.stdout);
    const complete = async (...words: string[]) => {
      const line = words.map((word) => `'${word}'`).join(" ");
      const ask = `source '${join(rig.root, "completions.bash")}'; COMP_WORDS=(motiflow ${line}); ` +
        `COMP_CWORD=${words.length}; _motiflow; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return (await output("bash", "-c", ask)).trim().split("\n").filter((word) => word !== "");
    };
    assert.deepEqual(await complete("sch"), ["schedule", "schema"]);
    assert.deepEqual(await complete("cache", "g"), ["gc"]);
    assert.deepEqual(await complete("ui", "--ed"), ["--edit"]);
    assert.deepEqual(await complete("run", "a.yaml", "--params"), ["--params-file"]);
    assert.deepEqual(await complete("run", "wor"), [], "files are completed by the shell");
    assert.deepEqual(await complete("rnu", "--"), []);
  },
});

for (const shell of ["zsh", "fish"]) {
  Deno.test({
    name: `${shell} takes the script of completions`,
    ignore: skipReason(without(shell)),
    async fn() {
      await using rig = await Rig.open();
      const { stdout } = await rig.run("completions", shell);
      await rig.write("script", stdout);
      await output(shell, "-n", join(rig.root, "script"));
    },
  });
}

Deno.test("completions names the shells that it knows", async () => {
  await using rig = await Rig.open();
  const ran = await rig.run("completions", "tcsh");
  assert.equal(ran.code, 2);
  assert.match(ran.stderr, /bash, zsh, fish/);
});

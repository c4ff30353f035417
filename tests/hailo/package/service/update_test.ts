/** Updates: signed and whole or refused, and the version before is kept. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { skipReason } from "../../../house/skip.ts";
import { withFolder } from "../../sample_bundle.ts";
import { copyOf, numpy, packages, run } from "./packed.ts";

const found = async (program: string, ...args: string[]) =>
  (await new Deno.Command(program, { args, stdout: "null", stderr: "null", stdin: "null" }).output()
    .catch(() => ({ code: -1 }))).code !== -1;
const systemd = await found("systemd-analyze", "--version");
const missing = !numpy ? "no python3 with numpy" : !(await found("ssh-keygen", "-?")) && "no ssh-keygen";

async function command(program: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

/** A key of a name, and the file that allows it to sign. */
async function keyOf(dir: string, name: string): Promise<{ key: string; line: string }> {
  const key = join(dir, name);
  await command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key);
  return { key, line: `${name} ${await Deno.readTextFile(key + ".pub")}` };
}

async function sign(key: string, root: string): Promise<void> {
  await Deno.remove(join(root, "SHA256SUMS.sig")).catch(() => {});
  await command(
    "ssh-keygen",
    "-q",
    "-Y",
    "sign",
    "-n",
    "motiflow-package",
    "-f",
    key,
    join(root, "SHA256SUMS"),
  );
}

let shared: ReturnType<typeof install> | undefined;

/** One device for all tests, one after the other: the first three leave it as it was. */
const device = () => shared ??= install();

/** A device with the first version, and a key that it allows to sign. */
async function install() {
  const dir = join(await packages(), "device");
  const [base, units, state] = ["base", "units", "state"].map((name) => join(dir, name));
  await Deno.mkdir(units, { recursive: true });
  const maker = await keyOf(dir, "maker");
  const signers = join(dir, "signers");
  await Deno.writeTextFile(signers, maker.line);
  const root = join(await packages(), "package");
  const user = new TextDecoder().decode((await new Deno.Command("id", { args: ["-un"] }).output()).stdout)
    .trim();
  const places = ["--base", base, "--units", units, "--state", state, "--signers", signers];
  const options = ["--", "--time", "t", "--units", "acc=g"];
  const words = ["service/install.py", "/dev/ttyUSB0", "--user", user, ...places, ...options];
  const installed = await run(root, words);
  assert.equal(installed.code, 0, installed.err);
  const update = async (...args: string[]) =>
    await run(dir, [join(base, "current/service/update.py"), ...args, "--base", base]);
  const current = async () => (await Deno.readLink(join(base, "current")));
  const ids = await Array.fromAsync(Deno.readDir(base), ({ name }) => name);
  return {
    base,
    units,
    state,
    maker,
    update,
    user,
    current,
    first: ids.find((id) => /^[0-9a-f]{12}$/.test(id))!,
  };
}

Deno.test({
  name: "what is not signed by whom the device trusts, not whole, or not fit, changes nothing",
  ignore: skipReason(missing),
  async fn() {
    await withFolder(async (dir) => {
      const { base, maker, update, current, first } = await device();
      const newer = await copyOf("newer", join(dir, "newer"));
      const refused = async (why: RegExp, path = newer, ...more: string[]) => {
        const { code, err } = await update("install", path, "--identity", "maker", ...more);
        assert.match(err, why);
        assert.equal(code, 1);
        assert.equal(await current(), first);
        const left = (await Array.fromAsync(Deno.readDir(base), ({ name }) => name)).sort();
        assert.deepEqual(left, [".lock", "allowed_signers", "current", first].sort());
      };
      const stranger = await keyOf(dir, "stranger");
      await sign(stranger.key, newer);
      await refused(/Cannot install: the signature is not one of maker: /);
      await sign(maker.key, newer);
      await Deno.writeTextFile(join(newer, "models/more.bin"), "x");
      await refused(/Cannot install: it is not as SHA256SUMS says: models\/more\.bin/);
      await Deno.remove(join(newer, "models/more.bin"));
      const guide = join(newer, "docs/deployment_guide.md");
      const text = await Deno.readTextFile(guide);
      await Deno.writeTextFile(guide, text + "x");
      await refused(/it is not as SHA256SUMS says: docs\/deployment_guide\.md/);
      await Deno.writeTextFile(guide, text);
      const sums = await Deno.readTextFile(join(newer, "SHA256SUMS"));
      await Deno.writeTextFile(join(newer, "SHA256SUMS"), sums + "\n");
      await refused(/the signature is not one of maker/);
      await Deno.writeTextFile(join(newer, "SHA256SUMS"), sums);
      await Deno.symlink("/etc/passwd", join(newer, "docs/link"));
      await refused(/docs\/link is no regular file/);
      const archive = join(dir, "link.tar");
      await command("tar", "-cf", archive, "-C", dir, "newer");
      await refused(/newer\/docs\/link is no regular file below/, archive);
      await Deno.remove(join(newer, "docs/link"));
      await Deno.writeTextFile(join(dir, "half.tar.gz"), "no archive");
      await refused(/half\.tar\.gz cannot be read/, join(dir, "half.tar.gz"));
      await refused(/there is no .*absent/, join(dir, "absent"));
    });
  },
});

Deno.test({
  name:
    "a version that fails its self-test on this machine, or is older, is refused although it is signed and whole",
  ignore: skipReason(missing),
  async fn() {
    await withFolder(async (dir) => {
      const { maker, update, current, first } = await device();
      const newer = await copyOf("newer", join(dir, "newer"));
      // Golden windows that this model does not make, listed as a maker would list them.
      const script = `
import hashlib, json, sys
from pathlib import Path
root = Path(sys.argv[1])
change = sys.argv[2]
manifest = json.loads((root / "MANIFEST.json").read_text())
if change == "version":
    manifest["version"] = "0.0.9"
else:
    path = root / "selftest/selftest.json"
    facts = json.loads(path.read_text())
    facts["codes"] = [code + 1 for code in facts["codes"]]
    path.write_text(json.dumps(facts))
for row in manifest["files"]:
    row["sha256"] = hashlib.sha256((root / row["path"]).read_bytes()).hexdigest()
text = "".join(f"{row['sha256']}  {row['path']}\\n" for row in manifest["files"])
manifest["id"] = hashlib.sha256(text.encode()).hexdigest()
(root / "MANIFEST.json").write_text(json.dumps(manifest))
own = hashlib.sha256((root / "MANIFEST.json").read_bytes()).hexdigest()
names = sorted([row["path"] for row in manifest["files"]] + ["MANIFEST.json"])
(root / "SHA256SUMS").write_text("".join(
    f"{hashlib.sha256((root / name).read_bytes()).hexdigest()}  {name}\\n" for name in names))
`;
      assert.equal((await run(dir, ["-c", script, newer, "version"])).code, 0);
      await sign(maker.key, newer);
      const older = await update("install", newer, "--identity", "maker");
      assert.match(older.err, /Cannot install: it is older than what is installed; --older allows that\n$/);
      assert.equal((await run(dir, ["-c", script, newer, "codes"])).code, 0);
      await sign(maker.key, newer);
      const failed = await update("install", newer, "--identity", "maker", "--older");
      assert.match(failed.err, /Cannot install: the self-test failed with 1: /);
      assert.equal(await current(), first);
    });
  },
});

Deno.test({
  name: "the unit is one that systemd takes, and holds no word that it would read as more",
  ignore: skipReason(missing || !systemd && "no systemd-analyze"),
  async fn() {
    await withFolder(async (dir) => {
      const { units, user } = await device();
      const { code, stderr } = await new Deno.Command("systemd-analyze", {
        args: ["verify", join(units, "motiflow.service")],
        stdin: "null",
      }).output();
      const said = new TextDecoder().decode(stderr).split("\n").filter((line) => line.includes("motiflow"));
      assert.deepEqual([code, said], [0, []]);
      const root = join(await packages(), "package");
      const install = async (source: string, ...more: string[]) =>
        await run(root, [
          "service/install.py",
          source,
          "--user",
          user,
          "--base",
          join(dir, "b"),
          "--units",
          units,
          ...more,
        ]);
      const refusals: [source: string, why: RegExp][] = [
        ["/dev/a b", /"\/dev\/a b" holds characters/],
        ["/dev/%n", /%/],
        ["unix:here", /must begin with \//],
        ["unix:/tmp/sensor", /PrivateTmp/],
      ];
      for (const [source, why] of refusals) {
        const { code, err } = await install(source, "--state", join(dir, "s"));
        assert.equal(code, 1);
        assert.match(err, /^Cannot install: /);
        assert.match(err, why);
      }
    });
  },
});

Deno.test({
  name: "a signed version is installed beside the first, and rollback goes back and forth",
  ignore: skipReason(missing),
  async fn() {
    await withFolder(async (dir) => {
      const { base, units, state, maker, update, user, current, first } = await device();
      const newer = await copyOf("newer", join(dir, "newer"));
      await sign(maker.key, newer);
      // As `publish:` leaves a package.
      await Deno.writeTextFile(join(newer, "artifact.json"), "{}");
      const unit = await Deno.readTextFile(join(units, "motiflow.service"));
      assert.match(
        unit,
        new RegExp(
          `\nUser=${user}\n[^]*\nExecStart=\\S+ ${base}/current/service/serve.py /dev/ttyUSB0 ` +
            `--log ${state}/log --time t --units acc=g\nRestart=always\n`,
        ),
      );
      assert.match(unit, new RegExp(`\nStartLimitIntervalSec=0\n[^]*\nReadWritePaths=${state}\n`));
      assert.doesNotMatch(unit.replace(/^#.*$/mg, ""), /@/);
      assert.equal(await current(), first);
      const archive = join(dir, "newer.tar.gz");
      await command("tar", "-czf", archive, "-C", dir, "newer");
      const done = await update("install", archive, "--identity", "maker");
      assert.equal(done.code, 0, done.err);
      assert.match(done.out, /^installed motiflow-package 0\.2\.0 \([0-9a-f]{12}\)\n$/);
      assert.notEqual(await current(), first);
      const names = await Array.fromAsync(Deno.readDir(join(base, "current")), ({ name }) => name);
      assert.ok(names.includes("MANIFEST.json") && !names.includes("artifact.json"));
      assert.equal(await Deno.readLink(join(base, "previous")), first);
      assert.deepEqual(
        await Deno.readFile(join(base, "current/models/model.full.onnx")),
        await Deno.readFile(join(newer, "models/model.full.onnx")),
      );
      const back = await update("rollback");
      assert.equal(back.out, `back to 0.1.0 (${first})\n`, back.err);
      assert.equal(await current(), first);
      const older = await update("install", join(await packages(), "package"), "--identity", "maker");
      assert.match(older.err, /Cannot install: it is not signed: there is no SHA256SUMS\.sig\n$/);
      assert.equal((await update("status")).out.split("\n")[0], `current ${first} 0.1.0`);
    });
  },
});

Deno.test({
  name: "a service is not set up with a Python that its user may not run",
  ignore: skipReason(missing || Deno.uid() !== 0 && "not root"),
  async fn() {
    await withFolder(async (dir) => {
      const closed = join(dir, "closed");
      await Deno.mkdir(closed, { mode: 0o700 });
      const which = await new Deno.Command("python3", { args: ["-c", "import sys; print(sys.executable)"] })
        .output();
      const python = join(closed, "python3");
      await Deno.symlink(new TextDecoder().decode(which.stdout).trim(), python);
      const places = ["--base", join(dir, "b"), "--units", dir, "--state", join(dir, "s")];
      const { code, stderr } = await new Deno.Command(python, {
        args: ["service/install.py", "/dev/ttyUSB0", "--user", "nobody", ...places],
        cwd: join(await packages(), "package"),
        env: { PYTHONDONTWRITEBYTECODE: "1" },
        stdin: "null",
      }).output();
      assert.equal(code, 1);
      assert.match(
        new TextDecoder().decode(stderr),
        /^Cannot install: nobody may not run .*closed\/python3; install with a Python that everybody may run/,
      );
    });
  },
});

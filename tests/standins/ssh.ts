/**
 * Stand-in of `ssh`: insists on the hardened options, then runs the remote command here in a home of its own, with the
 * device's tools from the same folder.
 */
import { dirname, join } from "node:path";
import { fromFileUrl } from "./paths.ts";

const fault = Deno.env.get("STANDIN_FAULT") ?? "";
const args = [...Deno.args];

function misuse(why: string): never {
  console.error(`ssh stand-in: ${why}`);
  Deno.exit(254);
}

const required = [
  "BatchMode=yes",
  "StrictHostKeyChecking=yes",
  "GlobalKnownHostsFile=none",
  "UpdateHostKeys=no",
  "IdentitiesOnly=yes",
  "PasswordAuthentication=no",
  "KbdInteractiveAuthentication=no",
  "ForwardAgent=no",
  "ClearAllForwardings=yes",
  "PermitLocalCommand=no",
];
for (const option of required) {
  const at = args.indexOf(option);
  if (at < 1 || args[at - 1] !== "-o") misuse(`-o ${option} is missing`);
}
if (args[args.indexOf("-F") + 1] !== "none") misuse("-F none is missing");
if (!args.some((a) => /^UserKnownHostsFile=\/./.test(a)) || args.includes("UserKnownHostsFile=/dev/null")) {
  misuse("UserKnownHostsFile is missing");
}
const end = args.indexOf("--");
if (end < 0 || args.length !== end + 3) misuse("host and command must stand behind --");
const command = args[end + 2];
if (/["']?\$|`|;.*;.*;.*;/.test(command)) misuse(`the command is no constant: ${command}`);

const changed = [
  "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
  "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
  "Host key verification failed.",
];
const refusals: Record<string, string[]> = {
  "key-unknown": [
    "No ED25519 host key is known for device and you have requested strict checking.",
    changed[2],
  ],
  "key-changed": changed,
  "auth": ["pi@device: Permission denied (publickey)."],
  "unreachable": ["ssh: connect to host device port 22: Connection refused"],
  "broken": ["client_loop: send disconnect: Broken pipe"],
};
if (refusals[fault] !== undefined) {
  console.error(refusals[fault].join("\n"));
  Deno.exit(255);
}
if (fault === "no-python") {
  console.error("sh: 1: exec: python3: not found");
  Deno.exit(127);
}
if (fault === "hang") await new Promise((r) => setTimeout(r, 60_000));
if (fault === "garbage") {
  console.log("Welcome to my Pi!");
  Deno.exit(0);
}
if (fault === "half-answer") {
  console.log('\n@@motiflow {"ok": true, "val');
  Deno.exit(0);
}
if (fault === "huge") {
  const line = new TextEncoder().encode("\xff noise ".repeat(10_000) + "\n");
  for (let i = 0; i < 450; i++) await Deno.stdout.write(line);
  Deno.exit(0);
}

const bin = Deno.env.get("STANDIN_BIN")!;
const home = join(dirname(bin), "home");
await Deno.mkdir(home, { recursive: true });
const child = new Deno.Command("/bin/sh", {
  args: ["-c", command],
  cwd: home,
  env: { HOME: home, PYTHONPATH: fromFileUrl("./python"), PATH: Deno.env.get("PATH")! },
  stdin: "inherit",
  stdout: "inherit",
  stderr: "inherit",
}).spawn();
Deno.exit((await child.status).code);

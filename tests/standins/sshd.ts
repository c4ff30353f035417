/** A real `sshd` on the loopback address with throw-away keys and its own configuration; skipped where it is absent. */
import { join } from "node:path";
import { userInfo } from "node:os";
import type { SshAddress } from "../../lib/hailo/device/ssh_address.ts";
import { fromFileUrl } from "./paths.ts";

const program = "/usr/sbin/sshd";

/** Why no sshd can be started here; undefined when one can. */
export function sshdMissing(): string | undefined {
  for (const path of [program, "/usr/bin/ssh", "/usr/bin/ssh-keygen"]) {
    try {
      Deno.statSync(path);
    } catch {
      return `${path} is not there (Debian: openssh-server, openssh-client)`;
    }
  }
  return undefined;
}

export interface Sshd {
  target: SshAddress;
  /** Home folder that logins get. */
  home: string;
  /** Folder with keys and known hosts. */
  keys: string;
  stop(): Promise<void>;
}

async function keygen(file: string): Promise<string> {
  const command = new Deno.Command("/usr/bin/ssh-keygen", {
    args: ["-q", "-t", "ed25519", "-N", "", "-C", "throw-away", "-f", file],
  });
  if (!(await command.output()).success) throw new Error("ssh-keygen failed");
  return (await Deno.readTextFile(`${file}.pub`)).trim();
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** Starts sshd below `dir`; logins find the programs in `bin` and the Python stand-ins. */
export async function startSshd(dir: string, bin: string): Promise<Sshd> {
  const keys = join(dir, "keys");
  const home = join(dir, "home");
  for (const folder of [keys, home]) await Deno.mkdir(folder, { recursive: true });
  const hostKey = await keygen(join(keys, "host"));
  await Deno.writeTextFile(join(keys, "authorized"), await keygen(join(keys, "client")) + "\n");
  await keygen(join(keys, "stranger"));
  const port = freePort();
  const knownHosts = join(keys, "known_hosts");
  const line = (key: string) => `[127.0.0.1]:${port} ${key.split(" ").slice(0, 2).join(" ")}\n`;
  await Deno.writeTextFile(knownHosts, line(hostKey));
  await Deno.writeTextFile(join(keys, "other_hosts"), line(await keygen(join(keys, "impostor"))));
  await Deno.writeTextFile(join(keys, "no_hosts"), "");
  const config = join(keys, "sshd_config");
  await Deno.writeTextFile(
    config,
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${join(keys, "host")}`,
      `AuthorizedKeysFile ${join(keys, "authorized")}`,
      `PidFile ${join(keys, "sshd.pid")}`,
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin prohibit-password",
      "UsePAM no",
      "StrictModes no",
      `SetEnv HOME=${home} PATH=${bin}:/usr/local/bin:/usr/bin:/bin PYTHONPATH=${
        fromFileUrl("./python")
      } PYTHONDONTWRITEBYTECODE=1`,
      "",
    ].join("\n"),
  );
  // Running as root, sshd wants this folder; distributions make it when the service starts.
  if (Deno.uid() === 0) await Deno.mkdir("/run/sshd", { recursive: true });
  const child = new Deno.Command(program, {
    args: ["-D", "-e", "-f", config],
    stdout: "null",
    stderr: "null",
  }).spawn();
  await answering(port);
  let running = true;
  return {
    home,
    keys,
    target: {
      host: "127.0.0.1",
      port,
      user: userInfo().username,
      identity_file: join(keys, "client"),
      known_hosts_file: knownHosts,
    },
    async stop() {
      if (!running) return;
      running = false;
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

async function answering(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((r) => setTimeout(r, 50));
    }
  }
  throw new Error("sshd does not answer");
}

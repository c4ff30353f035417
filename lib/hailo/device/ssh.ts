/**
 * Talks to a device over SSH. The remote command is one constant; program and request travel on standard input, so no
 * value ever becomes part of a command. Host keys are checked always.
 */
import type { Json } from "../../artifacts/artifact.ts";
import { type DeviceCode, HailoError } from "../error.ts";
import { type Outcome, runProcess } from "../process.ts";
import type { SshAddress } from "./ssh_address.ts";

/** How to reach the device. */
export interface SshOptions {
  target: SshAddress;
  /** Text of the program that answers requests (`hailo/agent.py`). */
  agent: string;
  /** Seconds for one conversation. */
  timeout: number;
  /** Seconds to establish the connection. */
  connectTimeout?: number;
  env?: Record<string, string>;
  signal?: AbortSignal;
  /** Program names, `ssh` and `ssh-keygen` by default. */
  programs?: { ssh: string; keygen: string };
}

/** Reads the program's length and text, then runs it; the rest of the input is the program's. */
const remoteCommand = 'exec python3 -I -c "import sys;b=sys.stdin.buffer;n=int(b.readline());' +
  "exec(compile(b.read(n),'motiflow-agent','exec'))\"";

const marker = "@@motiflow ";

/** The options that every connection uses. */
export function sshArguments(target: SshAddress, connectTimeout = 10): string[] {
  const option = (text: string) => ["-o", text];
  return [
    ...["-F", target.ssh_config_file ?? "none", "-T"],
    ...option("BatchMode=yes"),
    ...option("StrictHostKeyChecking=yes"),
    ...option(`UserKnownHostsFile=${target.known_hosts_file}`),
    ...option("GlobalKnownHostsFile=none"),
    ...option("UpdateHostKeys=no"),
    ...option("IdentitiesOnly=yes"),
    ...["-i", target.identity_file],
    ...option("PasswordAuthentication=no"),
    ...option("KbdInteractiveAuthentication=no"),
    ...option("ForwardAgent=no"),
    ...option("ClearAllForwardings=yes"),
    ...option("PermitLocalCommand=no"),
    ...option(`ConnectTimeout=${connectTimeout}`),
    ...option("ServerAliveInterval=5"),
    ...option("ServerAliveCountMax=3"),
    ...["-p", String(target.port)],
    "--",
    `${target.user}@${target.host}`,
    remoteCommand,
  ];
}

/** One request, one answer; a connection each. */
export class Ssh {
  readonly #options: SshOptions;

  constructor(options: SshOptions) {
    this.#options = options;
  }

  /**
   * Checks what can be checked here: key file and known host key.
   *
   * @throws {HailoError} TARGET_INVALID or HOST_KEY_UNKNOWN.
   */
  async checkLocal(): Promise<void> {
    const { target, programs, env } = this.#options;
    await checkKeyFile(target.identity_file);
    const host = target.port === 22 ? target.host : `[${target.host}]:${target.port}`;
    const found = await runProcess({
      program: programs?.keygen ?? "ssh-keygen",
      args: ["-F", host, "-f", target.known_hosts_file],
      timeout: 10_000,
      env,
    }).catch((cause) => {
      throw new HailoError("TARGET_INVALID", "ssh-keygen cannot be started on this machine", {}, { cause });
    });
    if (found.code !== 0) {
      throw new HailoError("HOST_KEY_UNKNOWN", `no key of ${host} stands in ${target.known_hosts_file}`);
    }
  }

  /**
   * Sends a request with its payload and returns the value of the answer.
   *
   * @throws {HailoError} with the reason when there is no answer.
   */
  async ask(
    verb: string,
    request: { [key: string]: Json } = {},
    payload: Uint8Array<ArrayBuffer> = new Uint8Array(0),
  ): Promise<any> {
    const { target, agent, timeout, connectTimeout, env, signal, programs } = this.#options;
    const program = new TextEncoder().encode(agent);
    const header = JSON.stringify({ ...request, verb, seconds: Math.ceil(timeout), bytes: payload.length });
    const input = new Blob([`${program.length}\n`, program, `${header}\n`, payload]);
    const outcome = await runProcess({
      program: programs?.ssh ?? "ssh",
      args: sshArguments(target, connectTimeout),
      timeout: (timeout + 10) * 1000,
      input: input.stream(),
      env,
      signal,
      limit: 32 << 20,
    }).catch((cause) => {
      throw new HailoError("TARGET_INVALID", "ssh cannot be started on this machine", {}, { cause });
    });
    return answerOf(verb, outcome);
  }
}

async function checkKeyFile(path: string): Promise<void> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(path);
  } catch (cause) {
    throw new HailoError("TARGET_INVALID", `key file ${path} cannot be read`, {}, { cause });
  }
  if (!info.isFile) throw new HailoError("TARGET_INVALID", `key file ${path} is no file`);
  if (info.mode !== null && (info.mode & 0o077) !== 0) {
    throw new HailoError("TARGET_INVALID", `key file ${path} can be read by others; set its mode to 600`);
  }
}

function answerOf(verb: string, outcome: Outcome): any {
  if (outcome.ended === "timeout") {
    throw new HailoError("TIMEOUT", `the device did not answer ${verb} in time`);
  }
  if (outcome.ended === "cancelled") throw new HailoError("CANCELLED", `${verb} was cancelled`);
  const text = new TextDecoder().decode(outcome.stdout);
  const at = text.lastIndexOf(`\n${marker}`);
  if (at < 0) throw withoutAnswer(verb, outcome, text);
  let answer: { ok: boolean; value?: unknown; error?: string };
  try {
    answer = JSON.parse(text.slice(at + 1 + marker.length).split("\n", 1)[0]);
  } catch (cause) {
    throw new HailoError("OUTPUT_UNPARSABLE", `the answer to ${verb} is no JSON`, {}, { cause });
  }
  if (answer.ok) return answer.value;
  const code: DeviceCode = verb === "receive" ? "UPLOAD_FAILED" : "DEVICE_FAILED";
  throw new HailoError(code, `${verb} failed on the device: ${answer.error}`);
}

const causes: [pattern: RegExp, code: DeviceCode][] = [
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for .* has changed/i, "HOST_KEY_CHANGED"],
  [/host key is known|Host key verification failed/i, "HOST_KEY_UNKNOWN"],
  [/Permission denied|Too many authentication failures|no mutual signature/i, "AUTH_FAILED"],
  [
    /Could not resolve|Connection refused|timed out|No route to host|Network is unreachable|Name or service/i,
    "HOST_UNREACHABLE",
  ],
];

/** ssh ends with 255 for its own failures; a remote program could as well, but then the marker is there. */
function withoutAnswer(verb: string, outcome: Outcome, stdout: string): HailoError {
  const said = outcome.stderr.trim().split("\n").slice(-3).join(" · ").slice(0, 500);
  if (outcome.code === 255) {
    const code = causes.find(([pattern]) => pattern.test(outcome.stderr))?.[1] ?? "TRANSPORT_FAILED";
    return new HailoError(code, `ssh: ${said || "ended without a word"}`);
  }
  if (outcome.code === 127) return new HailoError("PYTHON_MISSING", `the device has no python3: ${said}`);
  if (outcome.truncated) {
    return new HailoError(
      "OUTPUT_UNPARSABLE",
      `${outcome.bytes} bytes came back for ${verb}, without an answer`,
    );
  }
  const what = said || stdout.trim().slice(-200) || "nothing";
  return new HailoError("OUTPUT_UNPARSABLE", `${verb} ended with ${outcome.code} and said: ${what}`);
}

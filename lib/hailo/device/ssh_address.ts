/** Who to connect to. Everything is checked before any program sees it: nothing can be taken for an option or a command. */

/** An SSH target, in the words of a workflow file. */
export interface SshAddress {
  host: string;
  user: string;
  port: number;
  identity_file: string;
  known_hosts_file: string;
  /** A configuration file for ssh; none is read without it. */
  ssh_config_file?: string;
}

const hostName = /^(?!-)[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
const ipv6 = /^[0-9a-fA-F:.]{2,45}$/;

/**
 * The problems of a target's fields, by field.
 *
 * ```ts
 * import { addressProblems } from "./ssh_address.ts";
 * import assert from "node:assert/strict";
 * const target = { host: "-oProxyCommand=x", user: "pi", port: 22, identity_file: "k", known_hosts_file: "h" };
 * assert.deepEqual(addressProblems(target).map((p) => p.field), ["host"]);
 * ```
 */
export function addressProblems(target: SshAddress): { field: keyof SshAddress; message: string }[] {
  const problems: { field: keyof SshAddress; message: string }[] = [];
  const { host, user, port } = target;
  const isIpv6 = host.includes(":") && ipv6.test(host);
  if (!isIpv6 && (!hostName.test(host) || host.includes(".."))) {
    problems.push({ field: "host", message: `"${host}" is no host name, IPv4 or IPv6 address` });
  }
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user)) {
    problems.push({ field: "user", message: `"${user}" is no user name` });
  }
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    problems.push({ field: "port", message: `${port} is not in 1..65535` });
  }
  for (const field of ["identity_file", "known_hosts_file", "ssh_config_file"] as const) {
    const path = target[field];
    if (path === undefined) continue;
    // A space, % or quote would be read by ssh's own option parser.
    if (path === "" || path.startsWith("-") || /[\s%"'\\]/.test(path) || path === "/dev/null") {
      problems.push({ field, message: `"${path}" cannot be used as a path here` });
    }
  }
  return problems;
}

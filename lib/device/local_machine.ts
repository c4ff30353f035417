/** Facts about this machine that a latency depends on. A sandboxed step cannot read `/proc`, so the runtime is asked. */
import { cpus } from "node:os";

/** What stays the same between runs: belongs in the key of a measurement. */
export interface MachineFacts {
  cpu: string;
  cores: number;
  arch: string;
  os: string;
}

/** What may change from run to run: belongs in the record of a measurement. */
export interface MachineState {
  kernel: string;
  deno: string;
  /** Load average over one minute. */
  load: number;
}

/** System information that {@linkcode machineFacts} and {@linkcode machineState} ask for; see `StepPermissions.sys`. */
export const machinePermissions = ["cpus", "osRelease", "loadavg"];

/** CPU model, number of cores, architecture, operating system. */
export function machineFacts(): MachineFacts {
  const all = cpus();
  const cpu = all[0]?.model.trim() || "unknown CPU";
  return { cpu, cores: all.length, arch: Deno.build.arch, os: Deno.build.os };
}

/** Kernel, Deno version and load now. */
export function machineState(): MachineState {
  return { kernel: Deno.osRelease(), deno: Deno.version.deno, load: Deno.loadavg()[0] };
}

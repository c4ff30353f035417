/** Facts about this machine that a latency depends on. */

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
  governor: string | null;
  /** Load average over one minute. */
  load: number;
}

/** Files that {@linkcode machineFacts} and {@linkcode machineState} read. */
export const machineFiles = ["/proc/cpuinfo", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"];

async function textOf(path: string): Promise<string | null> {
  try {
    return (await Deno.readTextFile(path)).trim();
  } catch {
    return null; // another operating system, or a kernel without this file
  }
}

/** CPU model, number of cores, architecture, operating system. */
export async function machineFacts(): Promise<MachineFacts> {
  const info = await textOf(machineFiles[0]) ?? "";
  const cpu = /^(?:model name|Model|Hardware)\s*:\s*(.+)$/m.exec(info)?.[1] ?? "unknown CPU";
  return { cpu, cores: navigator.hardwareConcurrency, arch: Deno.build.arch, os: Deno.build.os };
}

/** Kernel, Deno, governor, load. */
export async function machineState(): Promise<MachineState> {
  return {
    kernel: Deno.osRelease(),
    deno: Deno.version.deno,
    governor: await textOf(machineFiles[1]),
    load: Deno.loadavg()[0],
  };
}

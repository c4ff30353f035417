/** Device target `local`: this machine's CPU with onnxruntime. Models run as exported; nothing leaves the machine. */
import { z } from "zod";
import { sessionPermissions } from "../onnx/runtime.ts";
import { machineFacts, machinePermissions } from "./local_machine.ts";
import type { DeviceTarget } from "./target.ts";

export const cpu: DeviceTarget<"local"> = {
  name: "local",
  usage: "`local` for this machine's CPU",
  deployment: false,
  caveat: "a CPU, not a Hailo-8",
  address: z.literal("local"),
  programs: () => null,
  templates: null,
  permissions: () => ({ ...sessionPermissions, sys: machinePermissions }),
  addressProblems: () => [],
  preflight: () => Promise.resolve([]), // the runtime that made the golden windows runs the graph
  compile: null,
  probe: () => Promise.resolve({ machine: { ...machineFacts() } }),
  upload: () => Promise.resolve(null),
  async bench(_address, task) {
    const { benchmarkCpu } = await import("./benchmark_cpu.ts");
    return await benchmarkCpu(task.bundle, {
      modes: task.modes,
      iterations: task.iterations,
      warmup: task.warmup,
      launches: task.launches,
      pacedHz: task.pacedHz,
      pacedIterations: task.pacedWindows,
      maxSeconds: task.maxSeconds,
      tolerance: task.maxAbsError,
      signal: task.signal,
      progress: task.progress,
    });
  },
};

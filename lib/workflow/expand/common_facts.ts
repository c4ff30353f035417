/** What all cells of a step share: its cache rule, retries, resources and place in the file. */
import type { Json } from "../../artifacts/artifact.ts";
import { formatByteSize, parseByteSize } from "../byte_size.ts";
import type { Diagnostics, Location } from "../diagnostic.ts";
import { parseDuration } from "../duration.ts";
import { get, toJson } from "../node.ts";
import type { StepPermissions } from "../step.ts";
import type { StepEntry } from "../step_entry.ts";
import type { ClusterPlace } from "../workplan.ts";
import { cacheRule } from "./resolve.ts";

/** The part of a task that does not depend on its cell. @param available Bytes of memory; asked where a step declares what it needs. */
export function commonFacts(
  entry: StepEntry,
  diagnostics: Diagnostics,
  available: (() => number) | undefined,
) {
  const type = entry.type!;
  const plain = (key: string): Json | undefined => {
    const node = get(entry.node, key);
    return node === undefined ? undefined : toJson(node);
  };
  const {
    cpu,
    exclusive,
    memory: size,
    partition,
    account,
    qos,
    constraint,
    gres,
    time,
    ...named
  } = (plain("resources") ?? {}) as Omit<ClusterPlace, "time"> & {
    cpu?: number;
    exclusive?: boolean;
    memory?: string;
    time?: string | number;
  };
  const seconds = time === undefined ? undefined : parseDuration(time);
  const asked = Object.entries({ partition, account, qos, constraint, gres, time: seconds })
    .filter(([, value]) => value !== undefined);
  const memory = typeof size === "string" ? parseByteSize(size) : undefined;
  if (memory !== undefined) checkMemory(entry, memory, diagnostics, available);
  const timeout = plain("timeout") as string | number | undefined;
  return {
    outputs: type.outputs,
    cache: cacheRule(
      plain("cache"),
      type.cache,
      entry.own ? (plain("permissions") ?? {}) as StepPermissions : {},
    ),
    ...(type.measures === true ? { measures: true as const } : {}),
    ...(type.lineage === true ? { lineage: true as const } : {}),
    retries: (plain("retries") ?? 0) as number,
    ...(timeout === undefined ? {} : { timeout: parseDuration(timeout) ?? 0 }),
    resources: {
      cpu: cpu ?? type.resources.cpu ?? 1,
      ...(memory === undefined ? {} : { memory }),
      exclusive: exclusive ?? type.resources.exclusive ?? false,
      named: named as Record<string, number>,
      ...(asked.length === 0 ? {} : { cluster: Object.fromEntries(asked) as ClusterPlace }),
    },
    ...(type.usualSeconds === undefined ? {} : { usualSeconds: type.usualSeconds }),
    location: diagnostics.source.locate(entry.key) satisfies Location,
  };
}

function checkMemory(
  entry: StepEntry,
  memory: number,
  diagnostics: Diagnostics,
  ask: (() => number) | undefined,
): void {
  const available = ask?.();
  if (available === undefined || memory <= available) return;
  diagnostics.error(
    get(get(entry.node, "resources")!, "memory")!.span,
    `step "${entry.id}" needs ${formatByteSize(memory)} of memory, and there are ${
      formatByteSize(available)
    }`,
    {
      hint: "declare less, use a larger machine, or say --memory SIZE where the machine is judged wrongly",
    },
  );
}

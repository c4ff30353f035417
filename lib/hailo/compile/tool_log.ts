/** Reads the compiler's log. Exit codes say little (0, 1, 2), and losses of quality end with 0, so text decides. */
import type { HailoCode } from "../error.ts";

export type Stage = "parse" | "optimize" | "compile";

/** What the logs say about quality. */
export interface ToolFacts {
  /** Level that was really used, where the log says so. */
  effectiveLevel: number | null;
  /** Number of calibration windows used. */
  calibrationUsed: number | null;
  /** Signal-to-noise ratio of the outputs in dB, by layer. */
  snr: Record<string, number>;
  /** Rows of the resource table as printed. */
  resources: string[];
  warnings: string[];
}

/** Collects the facts that appear in the log of any stage. */
export function toolFacts(log: string): ToolFacts {
  const number = (pattern: RegExp) => {
    const found = pattern.exec(log)?.[1];
    return found === undefined ? null : Number(found);
  };
  return {
    effectiveLevel: number(/Reducing optimization level to (-?\d+)/) ??
      number(/Using (?:default )?optimization level of (-?\d+)/),
    calibrationUsed: number(/Using dataset with (\d+) entries/),
    snr: Object.fromEntries(
      [...log.matchAll(/(\S+) SNR:\s*(-?[\d.]+) dB/g)].map((m) => [m[1], Number(m[2])]),
    ),
    resources: log.split("\n").filter((line) => /^\s*\|.*%.*\|\s*$/.test(line)).map((line) => line.trim()),
    warnings: log.split("\n").filter((line) => /\[warning\]/i.test(line)).map((line) => line.trim()),
  };
}

/** One operator that the parser refused. */
export interface ParserItem {
  error: string;
  node: string;
  message: string;
}

/** What the parser says about a graph that it does not take. */
export function parserRefusals(log: string): { items: ParserItem[]; recommendedEndNodes: string[] } {
  const items = [...log.matchAll(/^\s*(\w+Error) in op (\S+): (.+)$/gm)]
    .map(([, error, node, message]) => ({ error, node, message: message.trim() }));
  const nodes = /using these end node names: (.+)$/m.exec(log)?.[1] ??
    /recommendations for end node names: \[(.*)\]/.exec(log)?.[1];
  const recommendedEndNodes = nodes === undefined
    ? []
    : nodes.split(",").map((n) => n.trim().replace(/^'|'$/g, "")).filter((n) => n !== "");
  return { items, recommendedEndNodes };
}

/** The code of a stage that ended with a failure. */
export function classifyFailure(stage: Stage, log: string): HailoCode {
  if (stage === "parse") {
    if (/MisspellNodeError/.test(log)) return "PARSER_NODE_NAME";
    return parserRefusals(log).items.length > 0 || /\w+Error: .*unsupported/i.test(log)
      ? "PARSER_UNSUPPORTED"
      : "PARSER_FAILED";
  }
  if (stage === "optimize") return "OPTIMIZE_FAILED";
  if (/Did you forget to quantize/.test(log)) return "COMPILE_NOT_QUANTIZED";
  return /Mapping Failed|could not find a valid partition/i.test(log)
    ? "COMPILE_MAPPING_FAILED"
    : "COMPILE_FAILED";
}

/** The last lines of a log that say what went wrong. */
export function lastErrors(log: string, count = 3): string {
  const lines = log.split("\n").map((l) => l.trim()).filter((l) => l !== "");
  const errors = lines.filter((l) => /error|exception|failed/i.test(l));
  return (errors.length > 0 ? errors : lines).slice(-count).join(" · ");
}

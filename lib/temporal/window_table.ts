/** Windows as a table for people and other tools: what each one was taken for, stage by stage. */
import type { Codes } from "../artifacts/codes.ts";
import type { Motifs } from "../artifacts/motifs.ts";
import type { Windows } from "../artifacts/windows.ts";
import { codeDigits } from "./code_dictionary.ts";

/**
 * CSV with one row per window: recording, times in seconds, code and digits (empty without codes), motif, posterior of
 * the motif, behaviour and its name (`unassigned` for −1).
 */
export function windowTable(
  windows: Windows,
  motifs: Pick<Motifs, "labels" | "k" | "points" | "posterior">,
  codes: Codes | undefined,
  behaviours: { labels: Int32Array; names: string[] },
): string {
  const { recordings, rate } = windows.recordings;
  const quote = (s: string) => (/[",\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);
  const names = behaviours.names.map(quote);
  const digits = new Map<number, string>();
  const digitsOf = (code: number) => {
    let text = digits.get(code);
    if (text === undefined) digits.set(code, text = codeDigits(code, codes!.levels).join(" "));
    return text;
  };
  const lines = ["recording,start_s,end_s,code,digits,motif,confidence,behaviour,name"];
  for (let i = 0; i < windows.start.length; i++) {
    const motif = motifs.labels[i], label = behaviours.labels[i];
    const confidence = motif < 0 ? "" : +motifs.posterior[motifs.points[i] * motifs.k + motif].toFixed(6);
    const code = codes === undefined ? "," : `${codes.codes[i]},${digitsOf(codes.codes[i])}`;
    lines.push(
      `${quote(recordings[windows.recording[i]].id)},${windows.start[i] / rate},` +
        `${(windows.start[i] + windows.length) / rate},${code},${motif},${confidence},${label},` +
        (label < 0 ? "unassigned" : names[label]),
    );
  }
  return lines.join("\n") + "\n";
}

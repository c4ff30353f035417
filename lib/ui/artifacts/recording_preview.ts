/** Samples of a recording, with a choice of which and where. */
import { readRecording, readRecordingsIndex } from "../../artifacts/recordings.ts";
import { Html, markup } from "../../text/html.ts";

/** Seconds that are shown. */
const seconds = 20;

/** The form and the figure; `recording` and `from` of the query choose. */
export async function recordingPreview(id: string, folder: string, query: URLSearchParams): Promise<Html> {
  const index = await readRecordingsIndex(folder);
  const ids = index.recordings.map((recording) => recording.id);
  const entry = index.recordings.find((one) => one.id === query.get("recording")) ?? index.recordings[0];
  if (entry === undefined) return markup``;
  const last = Math.max(0, entry.samples / index.rate - seconds);
  const from = Math.min(last, Math.max(0, Number(query.get("from") ?? 0) || 0));
  const { signals } = await import("../../report/figures/signals.ts");
  const recordings = { ...index, recordings: [readRecording(folder, index, entry)] };
  return markup`
    <h2>Signals</h2>
    <form class="filter" method="get" action="/artifacts/${id}">
      <label>Recording <select name="recording">${
    ids.map((one) => markup`<option${one === entry.id && new Html(" selected")}>${one}</option>`)
  }</select></label>
      <label>From second <input name="from" size="7" inputmode="decimal" value="${+from.toFixed(2)}"></label>
      <button>Show</button>
    </form>
    ${signals(recordings, { from, seconds })}
  `;
}

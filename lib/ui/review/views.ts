/** Looking through bouts, from the address to the page or file. */
import { Behaviours } from "../../artifacts/behaviours.ts";
import { readRecording, readRecordingsIndex } from "../../artifacts/recordings.ts";
import type { Bout } from "../../artifacts/behaviours.ts";
import type { RunRecord } from "../../engine/mod.ts";
import { annotationsOf, type MediaClock, ownClock } from "../../temporal/exchange/annotations.ts";
import { audacityLabels } from "../../temporal/exchange/audacity.ts";
import { borisEvents } from "../../temporal/exchange/boris.ts";
import { elanDocument, elanText } from "../../temporal/exchange/elan.ts";
import { Html, markup } from "../../text/html.ts";
import { download, htmlPage } from "../answers.ts";
import type { Project } from "../project.ts";
import { readReview } from "./query.ts";
import { formats, reviewPage } from "./review_page.ts";
import { reviewScript } from "./script.ts";
import { videoOf } from "./videos.ts";

/** Seconds before and after a bout that are drawn, and the longest stretch. */
const [margin, longest] = [4, 60];

/** The behaviours of a task; undefined where it made none. */
export async function behavioursOf(
  project: Project,
  run: RunRecord,
  task: string,
): Promise<{ value: Behaviours; dir: string } | undefined> {
  const outputs = run.tasks.find(({ id }) => id === task)?.outputs ?? {};
  const output = Object.values(outputs).find(({ type }) => type === "Behaviours");
  if (output === undefined) return undefined;
  const dir = project.folderOf(output.id);
  return { value: await Behaviours.read(dir), dir };
}

/** The page of a task's bouts, or one of its files. */
export async function reviewView(
  project: Project,
  run: RunRecord,
  [task = "", file]: string[],
  query: URLSearchParams,
): Promise<Response | undefined> {
  const found = await behavioursOf(project, run, task);
  if (found === undefined) return undefined;
  const { value: behaviours } = found;
  const review = readReview(behaviours, query);
  const video = await videoOf(project.videos, review.recording);
  const clock = { ...(video?.clock ?? ownClock), ...review.clock };
  if (file !== undefined) {
    return written(file, behaviours, review.recording, video?.file ?? "", clock);
  }
  const bout = review.bouts[review.at];
  const signals = bout === undefined ? "" : await signalsAround(project, run, bout);
  const videos = project.videos !== undefined;
  const { edit } = project;
  return htmlPage(
    `Bouts of ${task}`,
    reviewPage({ run, task, behaviours, review, videos, video, clock, signals, edit }),
    { script: reviewScript },
  );
}

/** The bouts of a recording in one of the formats. */
function written(
  format: string,
  { names, bouts }: Behaviours,
  recording: string,
  media: string,
  clock: MediaClock,
): Response | undefined {
  const own = bouts.filter((bout) => bout.recording === recording);
  const annotations = annotationsOf({ names, bouts: own }, clock);
  const length = clock.offset + clock.rate * Math.max(0, ...own.map(({ end }) => end));
  const text: Record<(typeof formats)[number]["id"], () => string> = {
    "boris.csv": () => borisEvents(annotations, () => ({ media, length })),
    "elan.eaf": () => elanDocument(annotations, media, new Date().toISOString()),
    "elan.txt": () => elanText(annotations),
    "audacity.txt": () => audacityLabels(annotations),
  };
  const known = formats.find(({ id }) => id === format);
  return known === undefined ? undefined : download(text[known.id](), `${recording}.labels.${known.id}`);
}

/** What the sensors showed around a bout; why not, where the run's recordings are gone. */
async function signalsAround(project: Project, run: RunRecord, bout: Bout): Promise<Html | string> {
  const { recordingsFolder } = await import("../../report/data_facts.ts");
  const { Sources } = await import("../../report/sources.ts");
  const { signals } = await import("../../report/figures/signals.ts");
  const folder = recordingsFolder(new Sources(project.sourcesOf(run)));
  try {
    if (folder === undefined) return "";
    await Deno.stat(folder);
  } catch {
    return markup`<p class="note">The recordings of this run are no longer in the store.</p>`;
  }
  const index = await readRecordingsIndex(folder);
  const entry = index.recordings.find(({ id }) => id === bout.recording);
  if (entry === undefined) return "";
  const from = Math.max(0, bout.start - margin);
  const seconds = Math.min(longest, bout.end + margin - from);
  const recordings = { ...index, recordings: [readRecording(folder, index, entry)] };
  return new Html(
    signals(recordings, { from, seconds, mark: { start: bout.start, end: bout.end } }).toHtml(),
  );
}

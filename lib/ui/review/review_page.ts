/** Bouts one after the other: where each lies, what the sensors and the video show, and files for annotation programs. */
import type { Behaviours, Bout } from "../../artifacts/behaviours.ts";
import type { RunRecord } from "../../engine/mod.ts";
import { Html, markup } from "../../text/html.ts";
import { duration, number } from "../../text/numbers.ts";
import type { MediaClock } from "../../temporal/exchange/annotations.ts";
import { recordingsOf, type Review, reviewQuery } from "./query.ts";
import { timeline } from "./timeline.ts";
import { clocksFile, type Video } from "./videos.ts";

/** Bouts that are listed around the shown one. */
const AROUND = 15;

/** What the page shows. */
export interface ShownReview {
  run: RunRecord;
  task: string;
  behaviours: Behaviours;
  review: Review;
  /** Whether a folder of videos was given, and the one of this recording. */
  videos: boolean;
  video: Video | undefined;
  clock: MediaClock;
  /** The sensors around the bout; a text where they cannot be drawn. */
  signals: Html | string;
  /** Whether names can be written. */
  edit: boolean;
}

/** Formats that bouts are written in. */
export const formats = [
  { id: "boris.csv", title: "BORIS" },
  { id: "elan.eaf", title: "ELAN" },
  { id: "elan.txt", title: "ELAN as text" },
  { id: "audacity.txt", title: "Audacity" },
] as const;

/** The page. */
export function reviewPage(shown: ShownReview): Html {
  const { run, task, behaviours, review, edit } = shown;
  const place = `/runs/${run.id}/review/${encodeURIComponent(task)}`;
  const bout = review.bouts[review.at];
  const own = behaviours.bouts.filter(({ recording }) => recording === review.recording);
  const seconds = Math.max(0, ...own.map(({ end }) => end));
  const query = (bout?: number) =>
    `${place}${reviewQuery(review, behaviours.names, bout === undefined ? {} : { bout })}`;
  return markup`
    <h1>Look through ${task}</h1>
    <p class="caption">of run <a class="id" href="/runs/${run.id}">${run.id}</a>, ${run.workflow}${
    edit ? markup`; <a href="/runs/${run.id}/names/${encodeURIComponent(task)}">name the behaviours</a>` : ""
  }</p>
    ${chooser(place, shown)}
    ${timeline({ ...behaviours, bouts: own }, bout, seconds)}
    ${
    bout === undefined ? markup`<p>This recording has no such bout.</p>` : markup`
      <p class="actions">
        ${review.at > 0 && markup`<a rel="prev" href="${query(review.at)}">← Bout before (p)</a>`}
        <b>Bout ${review.at + 1} of ${review.bouts.length}: ${nameOf(behaviours, bout)}</b>
        ${
      review.at + 1 < review.bouts.length &&
      markup`<a rel="next" href="${query(review.at + 2)}">Next bout (n) →</a>`
    }
      </p>
      <p>${times(bout)}</p>
      ${videoPart(shown, bout)}
      ${shown.signals}
    `
  }
    ${list(shown, query)}
    ${exportsPart(place, shown)}
  `;
}

function nameOf({ names }: Behaviours, { label }: Bout): string {
  return label < 0 ? "unassigned" : names[label]!;
}

function times({ start, end, duration: length, censoredLeft, censoredRight }: Bout): string {
  const open = [censoredLeft && "start", censoredRight && "end"].filter((side) => side !== false);
  const told = open.length === 0 ? "" : `; its true ${open.join(" and ")} lies outside of what was recorded`;
  return `${number(start)} to ${number(end)} s (${duration(length)})${told}.`;
}

function chooser(place: string, { behaviours, review, video, clock }: ShownReview): Html {
  const option = (value: string, chosen: boolean, text = value) =>
    markup`<option value="${value}"${chosen && new Html(" selected")}>${text}</option>`;
  const clockFields = video === undefined ? "" : markup`
    <label>Video starts at its second <input name="offset" size="7" inputmode="decimal" value="${clock.offset}"></label>
    <label>Video seconds in a second <input name="rate" size="7" inputmode="decimal" value="${clock.rate}"></label>
  `;
  return markup`
    <form class="filter" method="get" action="${place}">
      <label>Recording <select name="recording">${
    recordingsOf(behaviours).map((id) => option(id, id === review.recording))
  }</select></label>
      <label>Behaviour <select name="behaviour">${option("", review.label === undefined, "all")}${
    behaviours.names.map((name, id) => option(name, id === review.label))
  }</select></label>
      ${clockFields}
      <button>Show</button>
    </form>
  `;
}

/** The video beside the timeline, or how to have one there. */
function videoPart({ videos, video, clock, review }: ShownReview, bout: Bout): Html {
  if (video === undefined) {
    return videos
      ? markup`<p class="caption">The folder of videos has none that is named ${review.recording}, and no row for it in
          ${clocksFile}.</p>`
      : markup`<p class="caption">With a video: <code>ui --videos DIR</code>, files named after recordings.</p>`;
  }
  const source = `/videos/${encodeURIComponent(video.file)}`;
  // Without a script the browser starts at the bout by itself.
  const at = Math.max(0, clock.offset + clock.rate * bout.start).toFixed(2);
  return markup`
    <video controls preload="metadata" src="${source}#t=${at}" data-offset="${clock.offset}" data-rate="${clock.rate}"
      data-start="${bout.start}" data-end="${bout.end}"></video>
    <p><output></output></p>
  `;
}

/** The bouts around the shown one. */
function list({ behaviours, review }: ShownReview, query: (bout: number) => string): Html {
  const { bouts, at } = review;
  const first = Math.max(0, at - AROUND);
  const rows = bouts.slice(first, at + AROUND + 1).map((bout, i) => {
    const here = first + i === at;
    const name = `${first + i + 1}: ${nameOf(behaviours, bout)}`;
    return markup`<tr><td>${
      here ? markup`<b>${name}</b>` : markup`<a href="${query(first + i + 1)}">${name}</a>`
    }</td><td class="number">${bout.start.toFixed(2)}</td><td class="number">${
      bout.end.toFixed(2)
    }</td><td class="number">${bout.duration.toFixed(2)}</td></tr>`;
  });
  return markup`
    <h2>Bouts</h2>
    <div class="table" tabindex="0" role="region" aria-label="Bouts">
      <table>
        <thead>
          <tr>
            <th scope="col">bout</th>
            <th scope="col" class="number">start (s)</th>
            <th scope="col" class="number">end (s)</th>
            <th scope="col" class="number">length (s)</th>
          </tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
  `;
}

function exportsPart(place: string, { review, video, clock }: ShownReview): Html {
  const params = new URLSearchParams({ recording: review.recording });
  if (video !== undefined) {
    params.set("offset", String(clock.offset));
    params.set("rate", String(clock.rate));
  }
  const links = formats.map(({ id, title }) =>
    markup`<a href="${place}/${id}?${params.toString()}">${title}</a> `
  );
  return markup`
    <h2>For annotation programs</h2>
    <p>${links}</p>
    <p class="caption">The bouts of ${review.recording}${
    video === undefined ? ", in seconds from its start" : `, on the clock of ${video.file}`
  }. load reads these files back as labels: <code>label: { from: intervals, … }</code>.</p>
  `;
}

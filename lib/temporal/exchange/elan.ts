/** Files of ELAN: its own documents, and the tab-separated text that it imports. */
import type { Annotation } from "./annotations.ts";

/** The one tier that is written. */
const tier = "behaviour";

const constraints = [
  [
    "Time_Subdivision",
    "Time subdivision of parent annotation's time interval, no time gaps allowed within this interval",
  ],
  [
    "Symbolic_Subdivision",
    "Symbolic subdivision of a parent annotation. Annotations refering to the same parent are ordered",
  ],
  ["Symbolic_Association", "1-1 association with a parent annotation"],
  [
    "Included_In",
    "Time alignable annotations within the parent annotation's time interval, gaps are allowed",
  ],
];

/**
 * An ELAN annotation document (EAF 3.0), which ELAN opens as it is. Times are whole milliseconds. Format: Max Planck
 * Institute for Psycholinguistics, https://www.mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf
 *
 * @param media File name of the video beside the document; empty without one.
 * @param date ISO 8601.
 */
export function elanDocument(annotations: readonly Annotation[], media: string, date: string): string {
  const ms = (seconds: number) => Math.round(seconds * 1000);
  const slots = annotations.flatMap(({ start, end }) => [ms(start), ms(end)]);
  const descriptor = media === ""
    ? ""
    : `<MEDIA_DESCRIPTOR MEDIA_URL="${escape(media)}" MIME_TYPE="${mimeOf(media)}" RELATIVE_MEDIA_URL="./${
      escape(media)
    }"/>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="Motiflow" DATE="${
    escape(date)
  }" FORMAT="3.0" VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">${descriptor}<PROPERTY NAME="lastUsedAnnotationId">${annotations.length}</PROPERTY></HEADER>
<TIME_ORDER>
${slots.map((value, i) => `<TIME_SLOT TIME_SLOT_ID="ts${i + 1}" TIME_VALUE="${value}"/>`).join("\n")}
</TIME_ORDER>
<TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="${tier}">
${
    annotations.map(({ label }, i) =>
      `<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a${i + 1}" TIME_SLOT_REF1="ts${
        2 * i + 1
      }" TIME_SLOT_REF2="ts${2 * i + 2}"><ANNOTATION_VALUE>${
        escape(label)
      }</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>`
    ).join("\n")
  }
</TIER>
<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>
${
    constraints.map(([name, text]) => `<CONSTRAINT DESCRIPTION="${escape(text!)}" STEREOTYPE="${name}"/>`)
      .join("\n")
  }
</ANNOTATION_DOCUMENT>
`;
}

/** Tab-separated text with a header, as ELAN exports and imports it; times in seconds. */
export function elanText(annotations: readonly Annotation[]): string {
  const head = ["Begin Time - ss.msec", "End Time - ss.msec", "Duration - ss.msec", tier];
  const rows = annotations.map(({ start, end, label }) => [
    start.toFixed(3),
    end.toFixed(3),
    (end - start).toFixed(3),
    label.replaceAll(/[\t\r\n]/g, " "),
  ]);
  return [head, ...rows].map((row) => `${row.join("\t")}\n`).join("");
}

function mimeOf(media: string): string {
  return /\.mp4$|\.m4v$/i.test(media) ? "video/mp4" : "unknown";
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(
    '"',
    "&quot;",
  );
}

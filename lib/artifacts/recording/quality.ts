/** What a set of recordings is worth: what was measured when it was loaded, and what was done to it. */
import { z } from "zod";
import { objectOf } from "../read_json.ts";

/** What a set of recordings is worth, as measured when it was loaded. */
export interface Quality {
  /** Length of all recordings. */
  seconds: number;
  subjects: number;
  gaps: number;
  gapSeconds: number;
  longestGapSeconds: number;
  unlabelledShare: number;
  /** Share of samples at the end of the sensor's range, `[sensors][channels]`. */
  clippedShare: number[][];
  /** Channels that never change, as `channel of recording`. */
  deadChannels: string[];
  classes: ClassFacts[];
  /** Samples per second that times showed, where there were times: over so many stretches. */
  measuredRate?: { lowest: number; median: number; highest: number; n: number };
  /** Where the rate is from; stated by whoever wrote the workflow, or by the data set's authors, where nothing measured it. */
  rateSource?: RateSource;
  /** Units as declared and as the values look. */
  units?: UnitFacts[];
  /** What the reader did or left out, in sentences. */
  notes?: string[];
  /** Accelerometers whose offset and gain were looked at. */
  calibration?: CalibrationFacts[];
  /** Recordings that were not worn for some time. */
  notWorn?: NotWornFacts[];
  /** Days of recordings that tell when they began. */
  days?: DayFacts[];
  /** Clocks of loggers that were compared with the first sensor's. */
  clocks?: ClockFacts[];
  /** Sensors that some wore another way round, or everybody in another way. */
  orientation?: OrientationFacts[];
}

/** How a sensor was worn, by gravity. */
export interface OrientationFacts {
  sensor: string;
  /** People in whom gravity has a clear direction, and the share of them that lies near the direction most share. */
  people: number;
  share: number;
  /** Degrees from that direction, of each recording in which gravity has one; and whether it, or its person, is told. */
  angles: { recording: string; subject: string; angle: number; turned: "recording" | "person" | null }[];
  /** People all of whose recordings are turned aside; left out where people wore it in many ways. */
  turnedPeople?: { subject: string; angle: number }[];
}

/** How the clock of a sensor goes against that of another: `offset + ppm / 10⁶ · t` seconds ahead, `t` seconds after its begin. */
export interface ClockFacts {
  recording: string;
  sensor: string;
  against: string;
  offset: number;
  ppm: number;
  /** What was compared: movement (where it is left out), or events that somebody listed. */
  by?: "movement" | "events";
  /** Windows of a minute that agree, of those that were looked at; or events. */
  windows: number;
  looked: number;
  /** Seconds by which their delays usually differ from the line. */
  spread: number;
  applied: boolean;
  /** Why it was not applied. */
  refused?: string;
}

/** What was asked for of accelerometers that people wear. */
export type WornFacts = Pick<Quality, "calibration" | "notWorn" | "days">;

/** Offset and gain of one accelerometer: `(value + offset) · gain` in g, by axis. */
export interface CalibrationFacts {
  device: string;
  sensor: string;
  offset: [number, number, number];
  gain: [number, number, number];
  /** Mean distance of still moments from 1 g, in g, before and after. */
  before: number;
  after: number;
  /** Still moments that it rests on. */
  moments: number;
  applied: boolean;
  /** Why it was not applied. */
  refused?: string;
}

/** How long a recording was not worn. */
export interface NotWornFacts {
  recording: string;
  hours: number;
  /** Of the recording. */
  share: number;
}

/**
 * A subject's day: hours outside gaps, and the mean of the acceleration above 1 g in mg; where time without a wearer was
 * looked for, both of the time with one, and the hours without beside.
 */
export interface DayFacts {
  subject: string;
  day: string;
  hours: number;
  enmo: number;
  notWornHours?: number;
}

/** Whether the rate was measured from times, is known, or is a guess. */
export type RateSource = "measured" | "simulated" | "stated" | "assumed";

/** How much of a class there is, in all and by subject. */
export interface ClassFacts {
  name: string;
  seconds: number;
  subjects: number;
  /** Seconds by subject. */
  bySubject?: Record<string, number>;
}

/** The unit of an instrument of a sensor. */
export interface UnitFacts {
  sensor: string;
  quantity: "acceleration" | "rotation";
  declared: string;
  /** The unit that most recordings look like; null where values do not tell. */
  looksLike: string | null;
}

const number = z.number();
const count = z.int().min(0);
const texts = z.array(z.string());

/** As it stands in `recordings.json`. */
export const qualitySchema = () =>
  objectOf<Quality>({
    seconds: number,
    subjects: number,
    gaps: number,
    gapSeconds: number,
    longestGapSeconds: number,
    unlabelledShare: number,
    clippedShare: z.array(z.array(number)),
    deadChannels: texts,
    classes: z.array(objectOf<ClassFacts>({
      name: z.string(),
      seconds: number,
      subjects: number,
      bySubject: z.record(z.string(), number).optional(),
    })),
    measuredRate: z.object({ lowest: number, median: number, highest: number, n: count }).optional(),
    rateSource: z.enum(["measured", "simulated", "stated", "assumed"]).optional(),
    units: z.array(objectOf<UnitFacts>({
      sensor: z.string(),
      quantity: z.enum(["acceleration", "rotation"]),
      declared: z.string(),
      looksLike: z.string().nullable(),
    })).optional(),
    notes: texts.optional(),
    calibration: z.array(objectOf<CalibrationFacts>({
      device: z.string(),
      sensor: z.string(),
      offset: z.tuple([number, number, number]),
      gain: z.tuple([number, number, number]),
      before: number,
      after: number,
      moments: count,
      applied: z.boolean(),
      refused: z.string().optional(),
    })).optional(),
    notWorn: z.array(objectOf<NotWornFacts>({ recording: z.string(), hours: number, share: number }))
      .optional(),
    days: z.array(objectOf<DayFacts>({
      subject: z.string(),
      day: z.string(),
      hours: number,
      enmo: number,
      notWornHours: number.optional(),
    }))
      .optional(),
    clocks: z.array(objectOf<ClockFacts>({
      recording: z.string(),
      sensor: z.string(),
      against: z.string(),
      offset: number,
      ppm: number,
      by: z.enum(["movement", "events"]).optional(),
      windows: count,
      looked: count,
      spread: number,
      applied: z.boolean(),
      refused: z.string().optional(),
    })).optional(),
    orientation: z.array(objectOf<OrientationFacts>({
      sensor: z.string(),
      people: count,
      share: number,
      angles: z.array(z.object({
        recording: z.string(),
        subject: z.string(),
        angle: number,
        turned: z.enum(["recording", "person"]).nullable(),
      })),
      turnedPeople: z.array(z.object({ subject: z.string(), angle: number })).optional(),
    })).optional(),
  });

/** A parameter that is an extent along time, beside a number of samples. */
import { z } from "zod";
import { extentPattern } from "../../signal/window/extent.ts";

export const extentText = z.string().regex(
  extentPattern,
  'a number of samples, or text such as "2s", "500ms" or "50%"',
);

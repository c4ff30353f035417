/** A parameter that is a regular expression: read when the workflow is checked, not when its files are. */
import { z } from "zod";

/** Text that JavaScript takes for a regular expression. */
export const regularExpression = z.string().min(1).superRefine((text, context) => {
  try {
    new RegExp(text);
  } catch (cause) {
    const message = (cause as Error).message.replace(/^Invalid regular expression: /, "");
    context.addIssue({ code: "custom", message: `no regular expression: ${message}` });
  }
});

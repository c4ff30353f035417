/** A service that turns a POST into an e-mail, e.g. of an automation: subject and text; it knows the recipients. */
import { type AlertSink, lines, subject } from "./sink.ts";

export const email: AlertSink = {
  kind: "email",
  claims: () => false,
  body: (message) => ({ subject: subject(message), text: lines(message).join("\n") }),
};

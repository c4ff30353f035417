/** Slack's incoming webhooks: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
import { type AlertSink, lines, subject } from "./sink.ts";

/** Slack reads these three as markup; nothing else is escaped. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export const slack: AlertSink = {
  kind: "slack",
  claims: ({ hostname }) => hostname === "hooks.slack.com" || hostname === "hooks.slack-gov.com",
  body: (message) => ({
    text: [subject(message), ...lines(message).map((line) => `• ${line}`)].map(escaped).join("\n"),
  }),
};

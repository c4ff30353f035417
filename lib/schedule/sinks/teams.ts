/** Microsoft Teams, by a workflow "when a webhook request is received": one adaptive card. */
import { type AlertSink, lines, subject } from "./sink.ts";

const hosts = /(^|\.)(webhook\.office\.com|logic\.azure\.com|api\.powerplatform\.com)$/;

export const teams: AlertSink = {
  kind: "teams",
  claims: ({ hostname }) => hosts.test(hostname),
  body: (message) => ({
    type: "message",
    attachments: [{
      contentType: "application/vnd.microsoft.card.adaptive",
      contentUrl: null,
      content: {
        $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        body: [
          { type: "TextBlock", text: subject(message), weight: "Bolder", wrap: true },
          ...lines(message).map((text) => ({ type: "TextBlock", text, wrap: true })),
        ],
      },
    }],
  }),
};

/** All places for alerts, and which one an address means. */
import { InputError } from "../../errors.ts";
import { email } from "./email.ts";
import type { AlertSink } from "./sink.ts";
import { slack } from "./slack.ts";
import { teams } from "./teams.ts";
import { webhook } from "./webhook.ts";

/** The first that claims an address takes it: the last takes any. */
const sinks: readonly AlertSink[] = [slack, teams, email, webhook];

/** An address with the kind of place that it is. */
export interface SinkAddress {
  sink: AlertSink;
  url: string;
}

/**
 * Reads `URL` or `KIND:URL`. Addresses are secrets, so no message repeats one.
 *
 * ```ts
 * import { sinkAt } from "./list.ts";
 * import assert from "node:assert/strict";
 * assert.equal(sinkAt("https://hooks.slack.com/services/T/B/x").sink.kind, "slack");
 * assert.equal(sinkAt("teams:https://example.org/x").url, "https://example.org/x");
 * ```
 *
 * @throws {InputError} where it is neither, or of an unknown kind.
 */
export function sinkAt(address: string): SinkAddress {
  const [, kind, url] = /^(?:([a-z]+):)?(https?:\/\/\S+)$/i.exec(address) ?? [];
  if (url === undefined || !URL.canParse(url)) {
    throw new InputError(
      "Cannot send alerts: the webhook is no address of the form https://… or kind:https://…",
      {
        hint: `Kinds are ${sinks.map((sink) => sink.kind).join(", ")}.`,
      },
    );
  }
  const sink = sinks.find((one) => kind === undefined ? one.claims(new URL(url)) : one.kind === kind);
  if (sink !== undefined) return { sink, url };
  throw new InputError(`Cannot send alerts: there is no kind of webhook "${kind}"`, {
    hint: `Kinds are ${sinks.map((sink) => sink.kind).join(", ")}.`,
  });
}

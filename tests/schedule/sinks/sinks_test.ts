import assert from "node:assert/strict";
import { recordRun } from "../../../lib/schedule/history.ts";
import { flushOutbox } from "../../../lib/schedule/outbox.ts";
import { sinkAt } from "../../../lib/schedule/sinks/list.ts";
import { report, withProject } from "../fixtures.ts";

/** What one message looks like at an address. */
async function posted(address: string): Promise<{ url: string; body: any }> {
  let seen: { url: string; body: any } | undefined;
  await withProject(async (db) => {
    const failures = [{ task: "model<1>", message: "out of memory\n  at x.ts:1" }];
    recordRun(db, report("r1", "2026-01-01T00:00:00.000Z", { failures, status: "failed" }), {
      exit: 1,
      notify: true,
    });
    await flushOutbox(db, address, {
      post: async (url, body) => void (seen = { url, body: JSON.parse(body) }),
      pause: async () => {},
    });
  });
  return seen!;
}

Deno.test("an address tells its kind, or is told it", () => {
  const kinds = {
    "https://hooks.slack.com/services/T/B/x": "slack",
    "https://contoso.webhook.office.com/webhookb2/x": "teams",
    "https://prod-1.westeurope.logic.azure.com:443/workflows/x": "teams",
    "https://hooks.slack.com.evil.example/x": "json",
    "http://127.0.0.1:9/hook": "json",
    "email:https://mail.example/x": "email",
    "json:https://hooks.slack.com/x": "json",
  };
  for (const [address, kind] of Object.entries(kinds)) assert.equal(sinkAt(address).sink.kind, kind, address);
});

Deno.test("what is no address is refused without being repeated", () => {
  for (
    const address of [
      "hooks.slack.com/secret",
      "ftp://x/secret",
      "pager:https://x/secret",
      "constructor:https://x/secret",
      "",
    ]
  ) {
    assert.throws(() => sinkAt(address), (error: Error) => {
      assert.equal(error.name, "InputError");
      assert.doesNotMatch(error.message, /secret/);
      return /Kinds are slack, teams, email, json/.test(error.message);
    });
  }
});

Deno.test("Slack gets text with its three signs escaped", async () => {
  const { url, body } = await posted("slack:https://example.org/x");
  assert.equal(url, "https://example.org/x");
  assert.deepEqual(Object.keys(body), ["text"]);
  assert.match(
    body.text,
    /^revalidate failed: 1 broken limit, 1 failed step\n• .*n = \d+\n• model&lt;1&gt; failed: out of memory\n• run r1 of /,
  );
});

Deno.test("Teams gets one adaptive card", async () => {
  const { attachments, type } = (await posted("teams:https://example.org/x")).body;
  assert.equal(type, "message");
  const [{ contentType, content }] = attachments;
  assert.equal(contentType, "application/vnd.microsoft.card.adaptive");
  assert.equal(content.body[0].text, "revalidate failed: 1 broken limit, 1 failed step");
  assert.equal(content.body.length, 4);
});

Deno.test("a mail service gets subject and text, another program the run as it is", async () => {
  const mail = (await posted("email:https://example.org/x")).body;
  assert.deepEqual(Object.keys(mail), ["subject", "text"]);
  assert.match(mail.text, /model<1> failed: out of memory\nrun r1 of /);
  const { type, alerts, failures } = (await posted("https://example.org/x")).body;
  assert.deepEqual([type, alerts.length, failures.length], ["motiflow-run", 1, 1]);
});

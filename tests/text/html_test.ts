import assert from "node:assert/strict";
import { Html, markup } from "../../lib/text/html.ts";

Deno.test("markup escapes text in content and attributes, and nothing that is HTML already", () => {
  const hostile = `<script>&"'`;
  const escaped = "&lt;script&gt;&amp;&quot;&#39;";
  assert.equal(markup`<a title="${hostile}">${hostile}</a>`.text, `<a title="${escaped}">${escaped}</a>`);
  assert.equal(markup`${new Html("<b>")}${markup`<i>`}`.text, "<b><i>");
});

Deno.test("markup leaves out what is absent, joins lists and takes whatever renders itself", () => {
  const parts = [null, undefined, false, 0, ["a", [markup`<br>`]]] as const;
  assert.equal(markup`${parts}`.text, "0a<br>");
  assert.equal(markup`${{ toHtml: () => "<svg></svg>" }}`.text, "<svg></svg>");
});

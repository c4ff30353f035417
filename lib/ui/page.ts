/** The frame of every page of the dashboard. */
import { pageStyle } from "../report/page_style.ts";
import { type Html, markup } from "../text/html.ts";

const style = `${pageStyle}
.page { max-width: 72rem; display: block; }
.bar { display: flex; gap: 1.5rem; align-items: baseline; border-bottom: 1px solid var(--line); padding-bottom: .6rem; margin-bottom: 1.5rem; }
.bar b { font-size: 1.05rem; } .bar a { text-decoration: none; }
.page { padding: 1.2rem 1rem 4rem; }
p, ul, ol, p.note { max-width: none; }
.away { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
form.filter { font-size: .85rem; background: var(--panel); padding: .6rem .8rem; border-radius: 6px; margin: .6rem 0 1rem; }
form.filter label { display: inline-block; margin: .15rem .8rem .15rem 0; }
fieldset { border: 1px solid var(--line); border-radius: 4px; margin: .5rem 0; }
input, select, button, textarea { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: 4px; padding: .1rem .4rem; }
button { cursor: pointer; padding: .15rem .8rem; }
.tag { background: var(--panel); border-radius: 3px; padding: 0 .35em; text-decoration: none; font-family: var(--mono); font-size: .8rem; }
.id { font-family: var(--mono); font-size: .8rem; overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: .4rem 0 1rem; }
td.best { font-weight: 600; color: var(--good); }
pre.log { max-height: 22rem; overflow: auto; font-size: .78rem; }
video { display: block; width: 100%; max-height: 22rem; background: #000; }
.timeline { position: relative; margin: .3rem 0 .8rem; background: var(--panel); }
.timeline svg { display: block; width: 100%; height: 2.6rem; }
.playhead { position: absolute; top: 0; bottom: 0; width: 2px; background: var(--bad); left: -2px; }
svg.spark { display: inline-block; width: 9rem; height: 2rem; vertical-align: middle; }
table { width: 100%; }
table.facts th { width: 9rem; }
.status { font-weight: 600; white-space: nowrap; }
.ran, .succeeded { color: var(--good); } .restored { color: var(--accent); } .failed, .interrupted { color: var(--bad); }
.running { color: light-dark(#8a5200, #ffb454); } .blocked, .skipped, .waiting, .cancelled { color: var(--soft); }
td.reason { color: var(--soft); font-size: .8rem; }
.graph { overflow-x: auto; margin: 1rem 0; }
.graph svg { background: none; }
.graph .is-ran rect { stroke: var(--good); stroke-width: 2; } .graph .is-restored rect { stroke: var(--accent); stroke-width: 2; }
.graph .is-failed rect { stroke: var(--bad); stroke-width: 3; } .graph .is-running rect { stroke: #e69f00; stroke-width: 3; stroke-dasharray: 6 3; }
.graph .is-blocked rect, .graph .is-skipped rect { opacity: .5; }
`;

/** A whole page; `script` is the one inline script it may run, marked with `nonce`. */
export function page(title: string, body: Html, live?: { script: string; nonce: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${markup`${title}`} · Motiflow</title>
<style>${style}</style>
</head>
<body>
<div class="page">
<nav class="bar"><b>Motiflow</b><a href="/">Runs</a><a href="/metrics">Metrics</a><a href="/why">Why</a></nav>
<main>
${body}
</main>
</div>${live === undefined ? "" : `\n<script nonce="${live.nonce}">${live.script}</script>`}
</body>
</html>
`;
}

/** An ISO time in UTC for readers. */
export function when(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

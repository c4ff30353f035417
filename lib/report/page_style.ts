/** The look of a report page: light and dark by the reader's setting, quiet on paper. System fonts only. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --paper: #ffffff; --panel: #f5f7f9; --accent: #0b63a5;
  --good: #0a7d4f; --bad: #b3341f;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ink: #dfe5ec; --soft: #9aa7b5; --line: #333d49; --paper: #12171d; --panel: #1a2129; --accent: #6cb6f5;
    --good: #5fcf9d; --bad: #ff9580;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 var(--sans); font-variant-numeric: tabular-nums;
}
.page { display: grid; grid-template-columns: minmax(0, 1fr); max-width: 54rem; margin: 0 auto; padding: 2rem 1.5rem 5rem; }
main { min-width: 0; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em; }
h2 { font-size: 1.35rem; margin: 3rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p, ul, ol, blockquote { margin: .6rem 0; max-width: 46rem; }
a { color: var(--accent); }
blockquote { padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
code, pre { font-family: var(--mono); font-size: .85em; }
:not(pre) > code { background: var(--panel); padding: .1em .3em; border-radius: 3px; }
pre { background: var(--panel); padding: .8rem 1rem; border-radius: 6px; overflow-x: auto; margin: .6rem 0; line-height: 1.45; }
pre.stderr { border-left: 3px solid #e69f00; }
.banner { border-left: 4px solid var(--bad); background: var(--panel); padding: .8rem 1rem; font-weight: 600; }
pre.error { border-left: 3px solid var(--bad); }
details.code { margin: .5rem 0; color: var(--soft); font-size: .85rem; }
details.code > summary { cursor: pointer; width: max-content; }
details.more { margin: .8rem 0; }
details.more > summary { cursor: pointer; width: fit-content; font-weight: 600; }
.card { border: 1px solid var(--line); border-radius: 8px; padding: .2rem 1rem .8rem; margin: 1.2rem 0; break-inside: avoid; }
.card > .part { margin: .8rem 0 .4rem; }
.card dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: .5rem 1rem; margin: .4rem 0; font-size: .88rem; line-height: 1.35; }
.card dt { color: var(--soft); font-size: .8rem; }
.card dd { margin: 0; }
.card figure { margin: .6rem 0 0; }
.output { margin: .8rem 0; }
.output > img { max-width: 100%; }
svg { color: var(--ink); --plot-background: var(--paper); overflow: visible; }
figure { margin: 1.5rem 0; break-inside: avoid; }
figure > .title { margin-bottom: .35rem; }
figcaption { color: var(--soft); font-size: .85rem; line-height: 1.45; margin-top: .4rem; max-width: 46rem; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 0; font-size: .8rem; margin: .3rem 0 .5rem; }
.legend i { border-radius: 2px; }
.table { overflow-x: auto; }
.drawing { overflow-x: auto; }
.drawing svg { max-width: none; height: auto; }
.drawing .steps { background: none; }
.panels > svg { flex: none; }
table { border-collapse: collapse; font-size: .85rem; line-height: 1.4; margin: .5rem 0; }
th, td { padding: .28rem .75rem .28rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; border-bottom: 1.5px solid var(--soft); vertical-align: bottom; }
table.facts th { font-weight: 500; vertical-align: top; white-space: nowrap; color: var(--soft); border-bottom: 1px solid var(--line); padding-right: 1.5rem; }
tr.group th { padding-top: .9rem; color: var(--soft); border-bottom: 1px solid var(--line); }
.part { font-size: .95rem; margin: 1.5rem 0 .3rem; }
p.caption { color: var(--soft); font-size: .85rem; line-height: 1.45; margin: .2rem 0 1rem; }
td > .remark { color: var(--soft); font-size: .75rem; line-height: 1.3; max-width: 22rem; }
td.short { white-space: nowrap; }
td.number, th.number { text-align: right; }
td.number { white-space: nowrap; }
td.baseline { color: var(--soft); }
p.answer { font-size: 1.12rem; line-height: 1.5; }
div.note { border-left: 3px solid var(--good); padding: .2rem .8rem; margin: .8rem 0; max-width: 46rem; }
div.note.warning { border-color: #e69f00; }
p.note { color: var(--soft); border-left: 3px solid var(--line); padding: .1rem .8rem; margin: .8rem 0; font-size: .92rem; max-width: 46rem; }
p.note.warning { border-color: #e69f00; color: inherit; }
nav.contents { font-size: .85rem; line-height: 1.4; margin: 1.5rem 0; }
nav.contents ol { list-style: none; margin: 0; padding: 0; }
nav.contents li { margin: .2rem 0; }
nav.contents li.sub { padding-left: 1rem; }
nav.contents a { text-decoration: none; color: var(--soft); }
nav.contents a:hover { color: var(--accent); text-decoration: underline; }
@media screen and (max-width: 76rem) {
  /* Where the contents have no column of their own, the answer stands on the first screen, not they. */
  nav.contents { margin: .5rem 0; }
  nav.contents ol { display: flex; flex-wrap: wrap; gap: 0 1rem; line-height: 1.9; }
  nav.contents li { margin: 0; }
  nav.contents li.sub { display: none; }
}
@media screen and (min-width: 76rem) {
  .page { grid-template-columns: 13rem minmax(0, 50rem); gap: 3rem; max-width: 70rem; }
  nav.contents { position: sticky; top: 2rem; align-self: start; max-height: calc(100vh - 4rem); overflow-y: auto; margin: .6rem 0 0; }
}
@media print {
  @page { margin: 18mm 16mm; }
  html { font-size: 10pt; }
  body { font-size: 1rem; }
  .page { display: block; max-width: none; padding: 0; }
  nav.contents, details.code { display: none; }
  h2, h3, h4, p.caption { break-after: avoid; }
  /* What a heading or a sentence announces stays below it. */
  main > .output { break-before: avoid; }
  tr { break-inside: avoid; }
  h2 { margin-top: 1.8rem; }
  a { color: inherit; text-decoration: none; }
  .table, .drawing { overflow: visible; }
  .drawing svg { max-width: 100%; }
  details.more::details-content { content-visibility: visible; display: block; }
}
`;

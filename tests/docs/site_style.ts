/** How the pages of the site look, and their search. */

export const style = `:root {
  color-scheme: light dark;
  --ink: light-dark(#1d2329, #e6e8ea);
  --soft: light-dark(#55606b, #a9b2bb);
  --paper: light-dark(#ffffff, #15191d);
  --line: light-dark(#d8dde2, #343b42);
  --code: light-dark(#f3f5f7, #1f252b);
  --link: light-dark(#005a9c, #7cbcf0);
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.6 system-ui, sans-serif; }
a { color: var(--link); }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 8px; top: 8px; background: var(--paper); padding: 4px 8px; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; padding: .7rem 1.2rem;
  border-bottom: 1px solid var(--line); }
.home { font-weight: 650; font-size: 1.1rem; color: inherit; text-decoration: none; }
header label { margin-left: auto; color: var(--soft); font-size: .9rem; }
header input { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line);
  border-radius: 6px; padding: .2rem .5rem; width: min(16rem, 50vw); }
header details { display: none; }
ul, ol { padding-left: 1.3rem; }
.columns { display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 2rem; max-width: 76rem; margin: 0 auto;
  padding: 0 1.2rem 4rem; }
.side { font-size: .92rem; padding-top: 1.4rem; }
.side ul, details ul { list-style: none; margin: 0; padding: 0; }
.side a, details nav a { display: block; padding: .15rem 0; text-decoration: none; }
[aria-current] { font-weight: 650; color: var(--ink); }
main { min-width: 0; }
main > p, main > ul, main > ol { max-width: 46rem; }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 1.2rem 0 .6rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .88em; background: var(--code); border-radius: 4px; }
code { padding: .1em .3em; overflow-wrap: break-word; }
pre { padding: .8rem 1rem; overflow-x: auto; line-height: 1.45; }
pre code { padding: 0; background: none; font-size: 1em; }
.table { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .9rem; line-height: 1.45; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
td:last-child { min-width: 14rem; }
img { max-width: 100%; }
#results { max-width: 60rem; margin: 0 auto; padding: .8rem 1.2rem .8rem 2.6rem; border-bottom: 1px solid var(--line); }
#results li { margin: .4rem 0; }
#results p { margin: 0; color: var(--soft); font-size: .88rem; }
@media (max-width: 1000px) {
  .keys :is(table, tbody, tr, td) { display: block; }
  .keys thead { position: absolute; left: -9999px; }
  .keys tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  .keys td { border: 0; padding: 0; }
  .keys td:nth-child(2), .keys td:nth-child(3) { display: inline; color: var(--soft); margin-right: 1rem; }
}
@media (max-width: 760px) {
  .columns { grid-template-columns: minmax(0, 1fr); }
  .side { display: none; }
  header details { display: block; width: 100%; }
  header details summary { color: var(--soft); }
}
@media print { header, .side, #results { display: none; } .columns { display: block; } }
`;

export const script = `
(() => {
  const input = document.getElementById("search"), list = document.getElementById("results");
  const root = document.body.dataset.root;
  const rank = (entry, words) => {
    let score = 0;
    for (const word of words) {
      const title = entry.title.toLowerCase(), text = entry.text.toLowerCase();
      if (title === word) score += 20;
      else if (title.includes(word)) score += 8;
      else if (text.includes(word)) score += 1;
      else return 0;
    }
    return score;
  };
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
    list.replaceChildren();
    list.hidden = words.length === 0;
    if (words.length === 0) return;
    const found = motiflowIndex.map((entry) => [rank(entry, words), entry]).filter(([score]) => score > 0)
      .sort(([a], [b]) => b - a).slice(0, 12);
    for (const [, entry] of found) {
      const item = document.createElement("li"), link = document.createElement("a"), text = document.createElement("p");
      link.href = root + entry.url;
      link.textContent = entry.page === entry.title ? entry.title : entry.page + " – " + entry.title;
      const at = Math.max(0, entry.text.toLowerCase().indexOf(words[0]) - 60);
      text.textContent = entry.text.slice(at, at + 160);
      item.append(link, text);
      list.append(item);
    }
    if (found.length === 0) list.append(Object.assign(document.createElement("li"), { textContent: "Nothing found." }));
  });
})();
`;

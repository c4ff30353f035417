/**
 * The one script of a page. Tables and drawings can be reached by keys, because narrow windows cut them off and the rest
 * has to be scrolled into view. In a wide window nothing is cut off, and a long report would have a hundred stops that
 * do nothing: they go. Without the script all stay.
 */
const script = `(() => {
  const observer = new ResizeObserver((changes) => {
    for (const { target } of changes) {
      if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const part of document.querySelectorAll(".table, .drawing")) observer.observe(part);
})();`;

const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script)));

/** The script and what a content security policy says to let in this one and no other. */
export const tabStops = { script, source: `'sha256-${hash.toBase64()}'` };

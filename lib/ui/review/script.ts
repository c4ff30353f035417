/** The review page's own script: the video follows the bouts, and keys go from one to the next. */
export const reviewScript = `
const go = (which) => document.querySelector("a[rel=" + which + "]")?.click();
addEventListener("keydown", (event) => {
  if (event.target.matches("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") go("next");
  if (event.key === "p") go("prev");
});
const video = document.querySelector("video");
if (video) {
  const [offset, rate, start, end] = ["offset", "rate", "start", "end"].map((name) => Number(video.dataset[name]));
  const told = document.querySelector("output");
  const seek = () => { video.currentTime = Math.max(0, offset + rate * start); };
  if (video.readyState > 0) seek();
  else video.addEventListener("loadedmetadata", seek, { once: true });
  video.addEventListener("timeupdate", () => {
    const second = (video.currentTime - offset) / rate;
    told.textContent = second.toFixed(1) + " s of the recording" + (second >= start && second < end ? ", in the bout" : "");
    const head = document.querySelector(".playhead");
    if (head) head.style.left = 100 * second / Number(head.dataset.length) + "%";
  });
}
`;

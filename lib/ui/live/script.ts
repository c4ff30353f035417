/** The page's side of a run that goes on. */

/** Shows live messages in the page of a run; reloads it when the run has ended, for its results. */
export const liveScript = `
const source = new EventSource(location.pathname + "/events");
source.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.ended) { source.close(); location.reload(); return; }
  for (const [task, { status, message: text, seconds }] of Object.entries(message.tasks)) {
    let row = document.querySelector('tr[data-task="' + CSS.escape(task) + '"]');
    if (!row) {
      row = document.createElement("tr");
      row.dataset.task = task;
      for (let i = 0; i < 6; i++) row.append(document.createElement("td"));
      const link = document.createElement("a");
      link.href = location.pathname + "/tasks/" + encodeURIComponent(task);
      link.textContent = task;
      row.cells[0].append(link);
      document.querySelector("tbody.tasks").append(row);
    }
    row.cells[1].textContent = status;
    row.cells[1].className = "status " + status;
    row.cells[2].textContent = seconds === null ? "" : seconds.toFixed(1) + " s";
    row.cells[3].textContent = text;
    row.cells[3].className = "reason";
  }
  const log = document.querySelector("pre.log");
  if (log && message.log.length > 0) {
    const follows = log.scrollTop + log.clientHeight > log.scrollHeight - 20;
    log.append(message.log.join("\\n") + "\\n");
    while (log.childNodes.length > 500) log.firstChild.remove();
    if (follows) log.scrollTop = log.scrollHeight;
  }
  for (const [step, status] of Object.entries(message.steps)) {
    const box = document.querySelector('g[data-step="' + CSS.escape(step) + '"]');
    if (box) box.setAttribute("class", "is-" + status);
  }
};`;

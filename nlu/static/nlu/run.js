// Keeps the page of a training run fresh until it has ended. Without JavaScript the page reloads itself.
const PAUSE_MS = 1000;

async function fresh() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function show(page) {
  const status = document.getElementById("run-status");
  const said = page.getElementById("run-status").textContent;
  // A screen reader is told of what is new, not of every look.
  if (status.textContent !== said) status.textContent = said;
  const run = page.getElementById("run");
  const here = document.getElementById("run");
  here.dataset.finished = run.dataset.finished;
  if (run.dataset.finished === "true") document.getElementById("cancel")?.remove();
  if (here.innerHTML !== run.innerHTML) here.replaceChildren(...run.childNodes);
}

async function look() {
  try {
    const page = await fresh();
    if (page?.getElementById("run")) show(page);
  } catch {
    // The server is away for a moment.
  }
  if (document.getElementById("run").dataset.finished !== "true") setTimeout(look, PAUSE_MS);
}

setTimeout(look, PAUSE_MS);

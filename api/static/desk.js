// The desk: drafts while typing, and suggestions that a key takes over.
const state = document.querySelector("[data-draft-state]");
const say = (word) => { if (state) state.textContent = state.dataset[word] || ""; };

document.querySelectorAll("form[data-draft]").forEach((form) => {
  let waiting = 0;
  let sent = false;
  const keep = async () => {
    if (sent) return;
    const body = new FormData(form);
    try {
      const answer = await fetch(`/drafts/${form.dataset.draft}`, { method: "POST", body: new URLSearchParams(body), redirect: "manual", keepalive: true });
      say(answer.status === 204 ? "kept" : "lost");
    } catch { say("lost"); }
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 800); });
  form.addEventListener("submit", () => { sent = true; clearTimeout(waiting); });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[type=button]");
  if (!button) return;
  let filled = null;
  for (const name of ["category", "title", "place"]) {
    const value = button.dataset[`fill${name[0].toUpperCase()}${name.slice(1)}`];
    const field = document.getElementById(`new-${name}`);
    if (value && field) { field.value = value; filled = field; }
  }
  if (filled) filled.dispatchEvent(new Event("input", { bubbles: true }));
});

// Small helps on every page; each page works without them.
const toggle = document.getElementById("theme");
if (toggle) {
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    const root = document.documentElement;
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.bsTheme);
  });
}

// A second click on the same button sends nothing; the message id would catch it anyway.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sent));

// "/" goes to the search, "?" opens the help, Escape closes it, [data-key] is pressed with Alt.
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  if (event.key === "/" && !typing) {
    const finder = document.getElementById("finder");
    if (finder) { event.preventDefault(); finder.focus(); }
  }
  if ((event.key === "?" || event.key === "？") && !typing) {
    const help = document.querySelector("details.help");
    if (help) { event.preventDefault(); help.open = !help.open; help.querySelector("summary").focus(); }
  }
  if (event.key === "Escape") document.querySelectorAll("details.help[open]").forEach((one) => { one.open = false; });
  if (event.altKey && !event.ctrlKey && !event.metaKey) {
    const key = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
    const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => one.offsetParent !== null || one.type === "radio");
    if (found) {
      event.preventDefault();
      if (found.matches("input[type=text], textarea, select")) found.focus(); else { found.focus(); found.click(); }
    }
  }
  if (event.ctrlKey && event.key === "Enter") {
    const form = event.target.closest && event.target.closest("form");
    if (form) { event.preventDefault(); form.requestSubmit(form.querySelector("[data-send]") || undefined); }
  }
});

// Choose all lines of a list; the bar below says how many.
const told = (form) => {
  const count = form.querySelectorAll("tbody .pick input:checked").length;
  form.querySelectorAll("[data-count]").forEach((one) => { one.textContent = count; });
};
document.addEventListener("change", (event) => {
  const box = event.target;
  const form = box.closest && box.closest("form");
  if (!form || !box.closest(".pick")) return;
  if (box.matches("thead input")) form.querySelectorAll("tbody .pick input").forEach((one) => { one.checked = box.checked; });
  told(form);
});

// Waiting shows as a thin bar after a moment; what could not be fetched says so, and nothing is lost.
let waits = 0;
const busy = (more) => {
  waits = Math.max(0, waits + more);
  document.body.classList.toggle("waiting", waits > 0);
};
document.addEventListener("htmx:beforeRequest", () => busy(1));
document.addEventListener("htmx:afterRequest", () => busy(-1));
document.addEventListener("submit", (event) => { if (!event.defaultPrevented && !event.target.hasAttribute("hx-post")) busy(1); });
addEventListener("pageshow", () => { waits = 0; busy(0); });
const lost = () => {
  let box = document.getElementById("lost");
  if (!box) {
    box = Object.assign(document.createElement("div"), { id: "lost", className: "news lost no-print" });
    box.setAttribute("role", "alert");
    document.querySelector("main .wide").prepend(box);
  }
  box.textContent = document.body.dataset.lost;
};
document.addEventListener("htmx:responseError", lost);
document.addEventListener("htmx:sendError", lost);
document.addEventListener("htmx:timeout", lost);
document.addEventListener("htmx:afterOnLoad", () => { const box = document.getElementById("lost"); if (box) box.remove(); });

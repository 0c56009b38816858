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

// "/" goes to the search, Escape closes the help, [data-key] is pressed with Alt.
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select");
  if (event.key === "/" && !typing) {
    const finder = document.getElementById("finder");
    if (finder) { event.preventDefault(); finder.focus(); }
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

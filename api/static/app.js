// Small helps; every page works without them.
(() => {
  const root = document.documentElement;
  const kept = localStorage.getItem("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.bsTheme = kept || (dark ? "dark" : "light");
  addEventListener("DOMContentLoaded", () => {
    const toggle = document.getElementById("theme");
    if (toggle) {
      toggle.hidden = false;
      toggle.addEventListener("click", () => {
        const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
        root.dataset.bsTheme = next;
        localStorage.setItem("theme", next);
      });
    }
    // A second click on the same button sends nothing; the message id would catch it anyway.
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.method === "post") {
        if (form.dataset.sent) event.preventDefault();
        form.dataset.sent = "1";
      }
    });
    addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sent));
  });
})();

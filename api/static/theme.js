// Before the first paint: the theme that was chosen, or the one of the system.
(() => {
  const kept = localStorage.getItem("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.bsTheme = kept || (dark ? "dark" : "light");
})();

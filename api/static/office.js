// The pad: three keys record an outcome. Digits choose in the group that waits, Backspace goes back,
// Enter records. Keys count only while the focus is within the pad and not in a field of words.
const pad = document.querySelector("[data-pad]");
if (pad) {
  const groups = [...pad.querySelectorAll("[data-keys]")];
  const chosen = (group) => group.querySelector("input:checked");
  const needed = () => {
    const outcome = pad.querySelector("[name=outcome]:checked");
    const silent = outcome && outcome.value === "unreached";
    const last = groups[groups.length - 1];
    if (last && last.dataset.keys === "satisfaction") {
      last.classList.toggle("idle", Boolean(silent));
      last.querySelectorAll("input").forEach((one) => { one.disabled = Boolean(silent); one.required = Boolean(outcome) && !silent; });
    }
    return groups.filter((group) => !group.classList.contains("idle"));
  };
  pad.addEventListener("change", needed);
  pad.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.matches("textarea, select, input:not([type=radio])")) return;
    if (event.key === "Backspace") {
      const last = [...groups].reverse().find(chosen);
      if (last) { chosen(last).checked = false; needed(); (last.querySelector("input") || pad).focus(); event.preventDefault(); }
      return;
    }
    if (!/^[0-9]$/.test(event.key)) return;
    const open = needed();
    const group = open.find((one) => !chosen(one)) || open[open.length - 1];
    const key = group.querySelector(`[data-digit="${event.key}"]`);
    if (!key) return;
    event.preventDefault();
    key.checked = true;
    key.focus();
    key.dispatchEvent(new Event("change", { bubbles: true }));
  });
  needed();
}

// The drawer: a card opens beside the board, Escape closes it and gives the focus back.
const drawer = document.getElementById("card");
if (drawer) {
  let opener = null;
  const close = () => { drawer.replaceChildren(); document.querySelectorAll(".loop-card > a[aria-current]").forEach((one) => one.removeAttribute("aria-current")); if (opener && opener.isConnected) opener.focus(); };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target !== drawer) return;
    document.querySelectorAll(".loop-card > a[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
    opener = event.detail.requestConfig && event.detail.requestConfig.elt;
    if (opener) opener.setAttribute("aria-current", "true");
    drawer.querySelector("[data-close]").focus();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("#card [data-close]")) { event.preventDefault(); close(); } });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drawer.childElementCount) close(); });
}

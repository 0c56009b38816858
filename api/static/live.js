// Live pages: regions marked [data-live] are fetched anew when the server says that tickets moved.
// What somebody is typing or has chosen is never taken away: then a bar offers to refresh.
const regions = [...document.querySelectorAll("[data-live]")].filter((one) => one.id);
const words = document.body.dataset;
let stream = null;
let last = 0;
let waiting = 0;
const calls = "calls" in words;
let answers = false; // of all tabs of an operator one goes on listening in the background

const light = document.createElement("span");
light.className = "live";
light.setAttribute("role", "status");
const bar = document.createElement("div");
bar.className = "news no-print";
bar.hidden = true;
bar.setAttribute("role", "status");
const button = document.createElement("button");
button.type = "button";
button.className = "btn btn-sm";
button.textContent = words.liveRefresh;
bar.append(Object.assign(document.createElement("span"), { textContent: words.liveNews }), button);

const busy = (region) => {
  if (region.querySelector(".pick input:checked")) return true;
  if (region.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return true;
  return [...region.querySelectorAll("input[type=text], input:not([type]), textarea")].some((one) => one.value !== one.defaultValue);
};
const fresh = async () => {
  const answer = await fetch(location.href, { headers: { "Accept": "text/html" } });
  if (!answer.ok || new URL(answer.url).pathname !== location.pathname) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
};
const refresh = async (always) => {
  last = Date.now();
  const page = await fresh();
  if (!page) return;
  let held = false;
  document.querySelectorAll("[data-live]").forEach((region) => {
    const next = page.getElementById(region.id);
    if (!next) return;
    if (!always && busy(region)) { held = true; return; }
    const open = [...region.querySelectorAll("details[open][id]")].map((one) => one.id);
    const scrolled = [...region.querySelectorAll(".table-frame")].map((one) => one.scrollTop);
    region.replaceWith(next);
    open.forEach((id) => { const one = document.getElementById(id); if (one) one.open = true; });
    next.querySelectorAll(".table-frame").forEach((one, place) => { one.scrollTop = scrolled[place] || 0; });
  });
  bar.hidden = !held;
};
button.addEventListener("click", () => refresh(true));

const moved = () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh(false), Math.max(0, 1500 - (Date.now() - last)));
};
const listen = () => {
  if (stream || (document.hidden && !answers)) return;
  const [kind, value] = regions.length ? regions[0].dataset.live.split(":") : ["calls", ""];
  stream = new EventSource(value ? `/live?ticket=${encodeURIComponent(value)}` : `/live?list=${encodeURIComponent(kind)}`);
  stream.addEventListener("hello", () => { light.className = "live on"; light.textContent = words.liveOn; });
  stream.addEventListener("moved", moved);
  stream.addEventListener("call", () => document.dispatchEvent(new Event("bihuan:call")));
  stream.addEventListener("error", () => {
    if (stream && stream.readyState === EventSource.CLOSED) { light.className = "live off"; light.textContent = words.liveOff; stream = null; setTimeout(listen, 5000); }
  });
};
if (regions.length || calls) {
  if (regions.length) {
    document.querySelector(".top .tools").prepend(light);
    document.querySelector("main .wide").prepend(bar);
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      if (stream && !answers) { stream.close(); stream = null; }
      return;
    }
    listen();
    if (regions.length) moved();
    if (calls) document.dispatchEvent(new Event("bihuan:call"));
  });
  if (calls && navigator.locks) navigator.locks.request("bihuan-calls", () => { answers = true; listen(); return new Promise(() => {}); });
  addEventListener("pagehide", () => { if (stream) stream.close(); });
  listen();
}

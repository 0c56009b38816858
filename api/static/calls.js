// Calls: the card in the corner, asked for anew whenever the server says that a call moved.
const pop = document.getElementById("call-pop");
const plain = document.title;
let shown = "";

const clock = () => document.querySelectorAll(".call-clock[data-since]").forEach((one) => {
  const seconds = Math.max(0, Math.floor((Date.now() - Number(one.dataset.since)) / 1000));
  one.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
});
const put = (html) => {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const card = holder.content.firstElementChild;
  if (card) card.querySelectorAll("[data-hide-at]").forEach((one) => { one.hidden = location.pathname === one.dataset.hideAt; });
  const key = card ? `${card.dataset.call} ${card.dataset.stage}` : "";
  if (key === shown && pop.contains(document.activeElement)) return; // never under somebody's finger
  pop.replaceChildren(...(card ? [card] : []));
  const rings = card && card.dataset.stage === "waiting";
  document.title = rings ? `● ${document.body.dataset.calls} · ${plain}` : plain;
  document.body.classList.toggle("with-call", Boolean(card));
  shown = key;
  clock();
};
const look = async () => {
  try {
    const answer = await fetch("/calls/pop", { headers: { "Accept": "text/html" }, redirect: "manual" });
    if (answer.status === 204) put(""); else if (answer.ok) put(await answer.text());
  } catch { /* the next news asks again */ }
};
const desk = async () => {
  const part = document.querySelector("[data-call-now]");
  if (!part || part.contains(document.activeElement)) return;
  const answer = await fetch(location.href, { headers: { "Accept": "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelectorAll("[data-call-now], #call-figures, #calls-today").forEach((one) => {
    const next = page.getElementById(one.id);
    if (next) one.replaceWith(next);
  });
};
const moved = () => { look(); desk(); };

if (pop) {
  document.addEventListener("bihuan:call", moved);
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-quiet") || !pop.contains(form)) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    await fetch(form.action, { method: "POST", body, headers: { "X-Quiet": "1" }, redirect: "manual" });
    shown = "";
    form.querySelector("button").blur();
    moved();
  });
  setInterval(clock, 1000);
  look();
}

// A device that many people use: after some idle time it asks, then goes home; a tablet looks for
// something to rate. Without a script the page's own refresh does both, less kindly.
const { home, idle, poll } = document.body.dataset;
const WARN_SECONDS = 15;
const seconds = Number(idle);
const box = document.getElementById("idle");
let left = seconds;

const goHome = () => location.replace(home);
const goOn = () => { left = seconds; box.hidden = true; };

if (Number(poll)) {
  setTimeout(() => location.reload(), Number(poll) * 1000);
} else if (seconds) {
  ["pointerdown", "keydown", "input", "scroll"].forEach((kind) => addEventListener(kind, goOn, { passive: true }));
  box.querySelector("button").addEventListener("click", goOn);
  setInterval(() => {
    left -= 1;
    if (left <= 0) goHome();
    else if (seconds > WARN_SECONDS && left === WARN_SECONDS) {
      box.hidden = false;
      box.querySelector("button").focus();
    }
  }, 1000);
}

// A page that the browser kept is not shown again: nobody sees what the one before has typed.
addEventListener("pageshow", (event) => { if (event.persisted) goHome(); });

/* The projector's own hand: full screen, nothing at all ("leeg", also the blank key of a presenter), and a laptop that stays awake. What it
   shows comes from the regie; when the network goes, the last of it stays and the clock goes on. */
const hand = document.querySelector("[data-scherm-hand]"), black = document.querySelector("[data-zwart]");
const SHOWN = 3_000;
let timer = 0, lock = null;

function toggleBlack() {
  const on = document.body.classList.toggle("scherm--zwart");
  black.setAttribute("aria-pressed", String(on));
}

function toggleFull() {
  if (document.fullscreenElement) document.exitFullscreen(); else document.documentElement.requestFullscreen?.().catch(() => {});
}

/* Buttons only for whoever is at the laptop: they go away when nothing moves. */
function showHand() {
  hand.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => { if (!hand.querySelector(":focus-visible")) hand.hidden = true; }, SHOWN);
}

async function stayAwake() {
  if (document.hidden || lock) return;
  try {
    lock = await navigator.wakeLock?.request("screen");
    lock?.addEventListener("release", () => { lock = null; });
  } catch { /* a flat battery may refuse: then the laptop's own settings decide */ }
}

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (["b", "B", "."].includes(event.key)) toggleBlack();
  else if (["f", "F"].includes(event.key)) toggleFull();
  else showHand(); /* Tab finds them */
});
for (const type of ["pointermove", "pointerdown"]) addEventListener(type, showHand);
black.addEventListener("click", toggleBlack);
document.querySelector("[data-volledig]").addEventListener("click", toggleFull);
document.addEventListener("visibilitychange", stayAwake);
stayAwake();

/* [data-beurten]: more tables than can be read at once take turns, by the clock: what is drawn anew goes on where it was. */
const TURN = 8_000;
function takeTurns() {
  for (const { children } of document.querySelectorAll("[data-beurten]")) {
    const turn = Math.floor(Date.now() / TURN) % children.length;
    [...children].forEach((child, place) => { child.hidden = place !== turn; });
  }
}
setInterval(takeTurns, 1_000);
document.body.addEventListener("htmx:afterSwap", takeTurns);

/* Dragging with whatever points: a mouse, a pen, or a finger (by the handle at once, elsewhere after a long press, so that a swipe still
   scrolls). Near an edge what is under it scrolls; Escape, a second finger or a call that comes in cancels. Who uses it says what may be
   dragged, what a place under the pointer would mean, and what letting go does:
     sleepbaar(root, {
       greep, bron,            selectors: the handle, and (optional) what may also be picked up elsewhere than by its handle
       links,                  (optional) a mouse may also pick it up by a link in it; a finger that rests on a link asks for its menu
       begin(element)          → { naam, slepen: [elements] }, or null: not now
       boven(x, y, element)    → { doel: element, kant: "voor" | "na" | "", zeg: words }, or null: nothing here
       los(boven, element)     let go above that place
       eind()                  when nothing is held any more, also when it was cancelled or never moved
       venster()               → { boven, onder }: between which heights the page is seen (bars that stick cover the rest)
     }) */
const ZET = 6, ADEM = 12, LANG = 420, RAND = 72;
const GEEN = "button, input, select, textarea, summary, label", LINK = "a";
let vast = null; /* what is held now: there is one pointer at a time */

/* Also before the first move: what is held must not be replaced under the hand. */
export const houdtVast = () => Boolean(vast);

export function sleepbaar(root, opties) {
  root.addEventListener("pointerdown", (event) => {
    if (vast || event.button !== 0 || !event.isPrimary) return;
    const greep = event.target.closest(opties.greep), element = greep ?? (opties.bron && event.target.closest(opties.bron));
    const geen = opties.links && event.pointerType === "mouse" ? GEEN : `${GEEN}, ${LINK}`;
    if (!element || !root.contains(element) || (!greep && event.target.closest(geen))) return;
    vast = { opties, element, x: event.clientX, y: event.clientY, van: [event.clientX, event.clientY], wacht: event.pointerType === "touch" && !greep, sleept: false };
    if (vast.wacht) vast.klok = setTimeout(() => { vast.wacht = false; start(); }, LANG);
  });
  root.addEventListener("dragstart", (event) => { if (vast) event.preventDefault(); });
  root.addEventListener("contextmenu", (event) => { if (vast && !vast.wacht && (vast.sleept || event.pointerType === "touch")) event.preventDefault(); });
}

function start() {
  const begonnen = vast.opties.begin(vast.element);
  if (!begonnen) { laatLos(); return; }
  Object.assign(vast, begonnen, { sleept: true, geest: document.createElement("div") });
  vast.geest.className = "sleep-geest";
  vast.geest.setAttribute("aria-hidden", "true");
  document.body.append(vast.geest);
  document.documentElement.classList.add("is-slepend");
  for (const element of vast.slepen) element.classList.add("is-sleep");
  getSelection()?.removeAllRanges();
  navigator.vibrate?.(15);
  wijs();
  vast.beeld = requestAnimationFrame(rol);
}

/* What is under the pointer now, and what letting go there would do: in words at the pointer, and on the place itself. */
function wijs() {
  const { geest, x, y, naam, opties, element } = vast, nieuw = opties.boven(x, y, element);
  if (nieuw?.doel !== vast.boven?.doel || nieuw?.kant !== vast.boven?.kant) {
    wis();
    nieuw?.doel.classList.add("is-doel");
    if (nieuw?.kant) nieuw.doel.dataset.kant = nieuw.kant;
  }
  vast.boven = nieuw;
  geest.textContent = nieuw?.zeg ?? naam;
  geest.classList.toggle("sleep-geest--kan", Boolean(nieuw));
  const links = Math.max(4, Math.min(x + 14, innerWidth - geest.offsetWidth - 4));
  geest.style.transform = `translate(${links}px, ${y > innerHeight - 90 ? y - 52 : y + 18}px)`;
}

function wis() {
  vast.boven?.doel.classList.remove("is-doel");
  if (vast.boven) delete vast.boven.doel.dataset.kant;
}

const stap = (at, low, high) => (at < low + RAND ? Math.max(-1, (at - low - RAND) / RAND) : at > high - RAND ? Math.min(1, (at - high + RAND) / RAND) : 0) * 18;

/* Near the edge of a list that scrolls: the list; near the edge of the page: the page. */
function rol() {
  const { x, y, opties } = vast;
  for (let vak = document.elementFromPoint(x, y); vak && vak !== document.body; vak = vak.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(vak), rand = vak.getBoundingClientRect();
    const voor = [vak.scrollTop, vak.scrollLeft];
    if (/auto|scroll/.test(overflowY) && vak.scrollHeight > vak.clientHeight) vak.scrollTop += stap(y, rand.top, rand.bottom);
    if (/auto|scroll/.test(overflowX) && vak.scrollWidth > vak.clientWidth) vak.scrollLeft += stap(x, rand.left, rand.right);
    if (voor[0] !== vak.scrollTop || voor[1] !== vak.scrollLeft) { vast.gerold = true; break; }
  }
  if (!vast.gerold) {
    const { boven, onder } = opties.venster?.() ?? { boven: 0, onder: innerHeight }, voor = scrollY, by = y < boven ? 0 : stap(y, boven, onder);
    if (by) scrollBy({ top: by, behavior: "instant" });
    vast.gerold = voor !== scrollY;
  }
  if (vast.gerold) wijs();
  vast.gerold = false;
  vast.beeld = requestAnimationFrame(rol);
}

function laatLos() {
  if (!vast) return;
  const { sleept: sleepte, opties, geest, slepen, klok, beeld } = vast;
  clearTimeout(klok);
  cancelAnimationFrame(beeld);
  if (sleepte) {
    wis();
    geest.remove();
    document.documentElement.classList.remove("is-slepend");
    for (const element of slepen) element.classList.remove("is-sleep");
  }
  vast = null;
  opties.eind?.();
}

document.addEventListener("pointermove", (event) => {
  if (!vast || !event.isPrimary) return;
  Object.assign(vast, { x: event.clientX, y: event.clientY });
  const ver = Math.hypot(vast.x - vast.van[0], vast.y - vast.van[1]);
  if (vast.sleept) wijs();
  else if (vast.wacht) { if (ver > ADEM) laatLos(); /* a swipe */ }
  else if (ver > ZET) start();
});

document.addEventListener("pointerup", (event) => {
  if (!vast || !event.isPrimary) return;
  const { sleept: sleepte, boven, opties, element } = vast;
  if (sleepte) { /* no click on what lies under the pointer */
    const slik = (click) => { click.preventDefault(); click.stopPropagation(); };
    addEventListener("click", slik, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", slik, { capture: true }), 50);
  }
  laatLos();
  if (sleepte && boven) opties.los(boven, element);
});

document.addEventListener("pointercancel", laatLos);
document.addEventListener("pointerdown", (event) => { if (vast && !event.isPrimary) laatLos(); });
addEventListener("blur", laatLos);
/* There from the start: a browser that has to ask at the first move of a finger asks nobody who came later. */
document.addEventListener("touchmove", (event) => { if (vast?.sleept && event.cancelable) event.preventDefault(); }, { passive: false });
document.addEventListener("keydown", (event) => {
  if (!vast?.sleept || event.key !== "Escape") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  laatLos();
}, true);

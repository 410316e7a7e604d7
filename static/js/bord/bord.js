/* The workbench of a stelling: everything by keyboard alone, and the same with a mouse or a finger. veld.js knows the board, stappen.js
   speaks with the server, vragen.js asks, slepen.js drags, meer.js looks for more of the same; here are the keys and the clicks. */
import { meer } from "./meer.js";
import { duw, gooi } from "./slepen.js";
import { ongedaan, opnieuw, zeg } from "./stappen.js";
import { balk, bijDeHand, draden, eind, kies, kolom, laatVallen, naWissel, notitie, omlaag, opzij as naast, plekVan, reik, veld, vouwAlles, vouwOpen, wissel, wisselKolom } from "./veld.js";
import { hernoem, hulp, naarPlek, nieuw, opzij, samen, splits, verplaats, verwijder } from "./vragen.js";

const aan = document.querySelector("[data-toetsen]");

function pak() {
  const at = bijDeHand();
  if (at?.dataset.notitie) wissel(at); else if (at) wisselKolom(plekVan(at));
}

const doe = { nieuw: () => nieuw(), opzij: () => opzij(), los: () => naarPlek("los"), splits: () => splits(), meer: () => meer(), verplaats: () => verplaats(), samen: () => samen(), hernoem: () => hernoem(), verwijder: () => verwijder(), ongedaan, opnieuw, hulp, wis: laatVallen };

const toetsen = {
  ArrowDown: () => omlaag(1), j: () => omlaag(1), ArrowUp: () => omlaag(-1), k: () => omlaag(-1),
  ArrowRight: () => naast(1), ArrowLeft: () => naast(-1), Home: () => eind(0), End: () => eind(-1),
  x: pak, " ": pak, n: doe.nieuw, p: doe.opzij, l: doe.los, v: doe.verplaats, m: doe.samen, s: doe.splits, r: doe.hernoem, F2: doe.hernoem,
  f: doe.meer, u: ongedaan, z: ongedaan, "?": hulp, Delete: doe.verwijder, o: () => veld.querySelector("[data-strook] [data-naar]")?.focus(),
  Enter: () => { const at = bijDeHand(); if (at?.matches("[data-kop]")) vouwOpen(plekVan(at)); },
};
const SCHUIF = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 };
const HERHAAL = new Set(["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "j", "k"]);

/* In the strip the arrows go from one thread to the next. */
veld.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key], doelen = [...veld.querySelectorAll("[data-strook] [data-naar]")], at = doelen.indexOf(event.target);
  if (!by || at < 0 || event.altKey) return;
  event.preventDefault();
  doelen[Math.max(0, Math.min(doelen.length - 1, at + by))].focus();
});

/* Which act a key asks for; null: not for us. */
function welke(event) {
  const { key, altKey, shiftKey, ctrlKey, metaKey } = event, at = bijDeHand(), letter = key.toLowerCase();
  if (ctrlKey || metaKey) {
    if (altKey) return null;
    if (letter === "z") return shiftKey ? opnieuw : ongedaan;
    return letter === "y" && !shiftKey ? opnieuw : null;
  }
  if (altKey) {
    const by = SCHUIF[key];
    if (!by || !at) return null;
    const zijwaarts = key === "ArrowLeft" || key === "ArrowRight";
    return zijwaarts && at.dataset.notitie ? () => gooi(at, by) : () => duw(at, by);
  }
  if (shiftKey && (key === "ArrowDown" || key === "ArrowUp")) return () => omlaag(SCHUIF[key], true);
  if (/^[1-9]$/.test(key)) return () => { const draad = draden()[key - 1]; if (draad) naarPlek(draad.dataset.draad); else zeg(`Er is geen rode draad ${key}.`, true); };
  if (key === "Escape") return laatVallen;
  return shiftKey && key !== "?" ? null : toetsen[key];
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.target.closest("input, textarea, select, dialog")) return;
  const letters = !event.ctrlKey && !event.metaKey && (/^.$/.test(event.key) && event.key !== " ");
  if (letters && !aan.checked) return; /* who speaks to the computer switches the letters off; arrows and Ctrl+Z stay */
  /* a button or a link has its own Enter and space, and arrows elsewhere on the page scroll it */
  const vrij = event.target === document.body || event.target.matches("[data-kop], [data-notitie]");
  if (!vrij && (/^( |Enter|Delete)/.test(event.key) || (/^(Arrow|Home|End)/.test(event.key) && !veld.contains(event.target)))) return;
  const act = welke(event);
  if (!act || (event.repeat && !HERHAAL.has(event.key))) return;
  event.preventDefault();
  act();
});

veld.addEventListener("click", (event) => {
  const { target } = event, item = target.closest("[data-kop], [data-notitie]"), gewoon = !event.ctrlKey && !event.metaKey;
  if (target.closest("[data-kies]")) { if (event.shiftKey) reik(bijDeHand(), item); else wissel(item); kies(item); return; }
  if (item?.dataset.notitie && event.shiftKey && !target.closest("a, button")) { reik(bijDeHand(), item); kies(item); return; }
  if (item?.dataset.notitie && !gewoon && !target.closest("a, button")) { wissel(item); kies(item); return; }
  if (item && item !== bijDeHand()) kies(item, { focus: !target.closest("a, button, summary") });
  const knop = target.closest("[data-doe]"), strook = target.closest("[data-strook] [data-naar]"), ga = target.closest("[data-ga]");
  if (!gewoon || !(knop || strook || ga)) return;
  event.preventDefault();
  if (ga) { naarKop(ga.dataset.ga); return; }
  if (strook) { naarKolom(strook.dataset.naar); return; }
  const draad = knop.closest("[data-draad]");
  if (knop.dataset.doe === "meer") meer(draad);
  else if (knop.dataset.doe === "verplaats") verplaats([{ id: item.dataset.notitie, plek: plekVan(item) }]);
  else if (knop.dataset.doe === "splits") { kies(draad.querySelector("[data-kop]")); splits(); }
  else if (knop.dataset.doe === "vouw") vouwAlles(!veld.querySelector("[data-kolom] [data-vouw][open]"));
  else ({ samen, hernoem, verwijder })[knop.dataset.doe](draad);
});

/* The strip: with notes in hand a thread takes them in, without it is the way to that thread. */
function naarKolom(naar) {
  if (naar === "nieuw") { nieuw(); return; }
  if (veld.querySelector("[data-gekozen]")) { naarPlek(naar); return; }
  naarKop(naar);
}

function naarKop(naar) {
  const kop = kolom(naar)?.querySelector("[data-kop]");
  if (!kop) return;
  kies(kop, { scroll: false });
  kop.scrollIntoView({ block: "start" });
}

veld.addEventListener("focusin", ({ target }) => {
  const item = target.closest("[data-kop], [data-notitie]");
  if (item && item !== bijDeHand()) kies(item, { focus: false });
});
balk.addEventListener("click", ({ target }) => {
  const knop = target.closest("[data-doe]");
  if (knop && knop.getAttribute("aria-disabled") !== "true") doe[knop.dataset.doe]();
});

try { aan.checked = localStorage.getItem("bord-toetsen") !== "uit"; } catch { /* blocked: on, each time */ }
aan.addEventListener("change", () => { try { localStorage.setItem("bord-toetsen", aan.checked ? "aan" : "uit"); } catch { /* as above */ } });

/* On a phone a long list is shut until it is asked for. */
if (matchMedia("(max-width: 47.99rem)").matches && veld.querySelectorAll("[data-notitie]").length > 40) vouwAlles(false);
document.body.dataset.bordKlaar = "";
balk.hidden = false;
naWissel();
/* A page that was left for one note comes back to that note, or to its thread. */
const terug = location.hash.match(/^#(?:draad|n)-(.+)$/)?.[1], begin = terug && (notitie(terug) ?? kolom(terug)?.querySelector("[data-kop]"));
if (begin) kies(begin, { focus: false });

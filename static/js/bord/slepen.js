/* What dragging means on the board. A note, or all that are chosen: into a thread, loose, aside, a new thread, or to another place in its
   own thread. A thread: before or after another one, or onto its title, which merges them after a question. */
import { sleepbaar } from "../sleep.js";
import { naSlepen, stap, verhuis } from "./stappen.js";
import { draden, gezien, keuze, kies, kolom, kolomVan, plekVan, titelVan, veld } from "./veld.js";
import { naarPlek, samen } from "./vragen.js";

const strook = () => veld.querySelector("[data-strook]");
const balk = document.querySelector("[data-bord]");
let mee = []; /* the notes that are being dragged, with where they were when it began */

const wat = () => (mee.length === 1 ? "1 notitie" : `${mee.length} notities`);
const venster = () => ({ boven: strook()?.getBoundingClientRect().bottom ?? 0, onder: balk.getBoundingClientRect().top });
const NAAR = { nieuw: "Nieuwe rode draad", opzij: "Opzij, met een reden", los: "Weer los" };

sleepbaar(veld, {
  greep: "[data-kies]",
  bron: "[data-notitie]",
  venster,
  eind: naSlepen,
  begin(element) {
    const rij = element.closest("[data-notitie]"), alle = rij.hasAttribute("data-gekozen") ? keuze() : [rij];
    mee = gezien(alle);
    kies(rij, { focus: false });
    return { naam: alle.length > 1 ? `${alle.length} notities` : rij.querySelector(".notitie__tekst").textContent, slepen: alle };
  },
  boven(x, y) {
    const onder = document.elementFromPoint(x, y), doel = onder?.closest("[data-naar], [data-kolom]");
    if (!doel || !veld.contains(doel)) return null;
    const naar = doel.dataset.naar ?? doel.dataset.plek, rij = onder.closest("[data-notitie]");
    if (mee.every(({ plek }) => plek === naar)) {
      if (!/^\d+$/.test(naar) || mee.length !== 1 || !rij || rij.dataset.notitie === mee[0].id) return null;
      const vak = rij.getBoundingClientRect();
      return { doel: rij, kant: y < vak.top + vak.height / 2 ? "voor" : "na", zeg: "Hierheen" };
    }
    return { doel, kant: "", zeg: NAAR[naar] ?? `${wat()} in “${titelVan(kolom(naar))}”`, naar };
  },
  los({ doel, kant, naar }) {
    if (kant) schuif(doel, kant); else naarPlek(naar, mee);
  },
});

/* The place of a note in its thread: counted in the list as it is without it. */
function schuif(doel, kant) {
  const rij = veld.querySelector(`[data-notitie="${mee[0].id}"]`), lijst = doel.parentElement;
  doel[kant === "voor" ? "before" : "after"](rij);
  stap("schuif", mee, { draad: plekVan(rij), plek: [...lijst.querySelectorAll("[data-notitie]")].indexOf(rij) });
}

sleepbaar(veld, {
  greep: "[data-greep-draad]",
  venster,
  eind: naSlepen,
  begin(element) {
    const draad = kolom(element.closest("[data-naar], [data-kolom]").dataset.naar ?? plekVan(element));
    return { naam: titelVan(draad), slepen: [draad, element.closest("[data-naar]")].filter(Boolean) };
  },
  boven(x, y, element) {
    const eigen = element.closest("[data-naar]")?.dataset.naar ?? plekVan(element), onder = document.elementFromPoint(x, y);
    const doel = onder?.closest("[data-naar], [data-draad]"), naar = doel?.dataset.naar ?? doel?.dataset.draad;
    if (!doel || !veld.contains(doel) || naar === eigen || !/^\d+$/.test(naar)) return null;
    const vak = doel.getBoundingClientRect(), titel = titelVan(kolom(naar)), breed = vak.width < veld.clientWidth * 0.6;
    const deel = breed ? (x - vak.left) / vak.width : (y - vak.top) / vak.height;
    if (onder.closest("[data-kop]") || (doel.dataset.naar && deel > 0.28 && deel < 0.72)) return { doel, kant: "", zeg: `Samenvoegen met “${titel}”`, naar };
    return deel < 0.5 ? { doel, kant: "voor", zeg: `Vóór “${titel}”`, naar } : { doel, kant: "na", zeg: `Na “${titel}”`, naar };
  },
  los({ kant, naar }, element) {
    const draad = kolom(element.closest("[data-naar]")?.dataset.naar ?? plekVan(element)), ander = kolom(naar);
    if (!kant) { samen(draad, ander); return; }
    ander[kant === "voor" ? "before" : "after"](draad);
    orden(draad);
  },
});

/* Where this thread stands in the row of threads now. */
export const orden = (draad) => stap("orden", [], { draad: draad.dataset.draad, plek: draden().indexOf(draad) });

/* One place further, for whoever has no pointer. */
export function duw(item, by) {
  if (item.matches("[data-kop]")) {
    const draad = kolomVan(item), naast = draden()[draden().indexOf(draad) + by];
    if (!draad.dataset.draad || !naast) return;
    naast[by < 0 ? "before" : "after"](draad);
    kies(item);
    orden(draad);
    return;
  }
  const naast = by < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!/^\d+$/.test(plekVan(item)) || !naast?.dataset.notitie) return;
  mee = gezien([item]);
  schuif(naast, by < 0 ? "voor" : "na");
  kies(item);
}

/* To the thread beside it; from loose or aside to the first one. */
export function gooi(item, by) {
  const alle = draden(), at = alle.indexOf(kolomVan(item)), naar = at < 0 ? (by > 0 ? alle[0] : null) : alle[at + by];
  if (naar) verhuis("plaats", gezien([item]), naar.dataset.draad, { draad: naar.dataset.draad }, { volg: true });
}

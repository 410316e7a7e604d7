/* The board as it stands in the page: columns, notes, which of them is at hand (aria-current, and the only one in the tab order) and which
   are chosen. What stands in it comes from the server; after every swap the same note is at hand again, the same notes are chosen, the same
   lists are folded, and nothing has scrolled. */
export const veld = document.getElementById("draad-list");
export const balk = document.querySelector("[data-bord]");
const gekozen = new Set();
const vouwen = new Map(); /* which lists somebody opened or shut, by their own name */
let huidig = null, plaats = 0, anker = null, opBord = false, gerold = [];

export const plekVan = (element) => element?.closest("[data-plek]")?.dataset.plek;
export const kolomVan = (element) => element?.closest("[data-kolom]");
export const kolom = (plek) => veld.querySelector(`[data-kolom][data-plek="${plek}"]`);
export const draden = () => [...veld.querySelectorAll("[data-draad]")];
export const notitie = (id) => veld.querySelector(`[data-notitie="${id}"]`);
export const titelVan = (draad) => draad.dataset.titel;
const naamVan = (item) => item.dataset.notitie ?? `kop-${plekVan(item)}`;
const vind = (naam) => (naam?.startsWith("kop-") ? kolom(naam.slice(4))?.querySelector("[data-kop]") : naam && notitie(naam)) ?? null;
const zichtbaar = (item) => !item.closest("details:not([open])");
const items = (binnen = veld) => [...binnen.querySelectorAll("[data-kop], [data-notitie]")].filter(zichtbaar);

/* --- at hand --- */

export const bijDeHand = () => vind(huidig);
export const huidigeDraad = () => { const at = kolomVan(bijDeHand()); return at?.dataset.draad ? at : null; };

export function kies(item, { focus = true, scroll = true } = {}) {
  for (const oud of veld.querySelectorAll("[aria-current]")) { oud.removeAttribute("aria-current"); oud.tabIndex = -1; }
  huidig = item ? naamVan(item) : null;
  if (!item) return;
  plaats = items().indexOf(item);
  item.setAttribute("aria-current", "true");
  item.tabIndex = 0;
  if (focus) item.focus({ preventScroll: true });
  if (focus && scroll) item.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/* The one below or above; at the end of a column the next column goes on. */
export function omlaag(by, strek = false) {
  const alle = items(), was = bijDeHand(), van = was ? alle.indexOf(was) : -1, naar = alle[Math.max(0, Math.min(alle.length - 1, van + by))];
  if (!naar) return;
  if (strek) reik(was, naar); else anker = null;
  kies(naar);
}

/* The column beside it, at the same height. */
export function opzij(by) {
  const kolommen = [...veld.querySelectorAll("[data-kolom]")].filter((een) => items(een).length), was = kolomVan(bijDeHand());
  const naar = kolommen[Math.max(0, Math.min(kolommen.length - 1, kolommen.indexOf(was) + by))];
  if (!naar || naar === was) return;
  const hoogte = was ? items(was).indexOf(bijDeHand()) : 0, rij = items(naar);
  anker = null;
  kies(rij[Math.min(hoogte, rij.length - 1)]);
}

export const eind = (by) => { const alle = items(kolomVan(bijDeHand()) ?? veld); kies(alle.at(by)); };

/* What takes its place when this note leaves: the one after it in its column, else the one before it. */
export function ernaast(weg) {
  const alle = items(kolomVan(weg[0])), eerste = alle.indexOf(weg[0]), over = (item) => !weg.includes(item);
  return alle.slice(eerste).find(over) ?? alle.slice(0, eerste).reverse().find(over);
}

/* --- chosen --- */

export const keuze = () => [...gekozen].map(notitie).filter(Boolean);
export const hand = () => { const alle = keuze(), at = bijDeHand(); return alle.length ? alle : at?.dataset.notitie ? [at] : []; };
export const gezien = (notities) => notities.map((rij) => ({ id: rij.dataset.notitie, plek: plekVan(rij) }));

function toon() {
  for (const rij of veld.querySelectorAll("[data-notitie]")) {
    const aan = gekozen.has(rij.dataset.notitie);
    rij.toggleAttribute("data-gekozen", aan);
    rij.querySelector("[data-kies]")?.setAttribute("aria-pressed", String(aan));
  }
  const aantal = keuze().length;
  balk.querySelector("[data-keuze]").hidden = !aantal;
  balk.querySelector("[data-keuze-tal]").textContent = `${aantal} gekozen`;
}

export function wissel(rij) {
  if (!gekozen.delete(rij.dataset.notitie)) gekozen.add(rij.dataset.notitie);
  anker = rij.dataset.notitie;
  toon();
}

/* All notes of a column, or none of them when all were chosen already. */
export function wisselKolom(plek) {
  const rijen = [...kolom(plek).querySelectorAll("[data-notitie]")].map((rij) => rij.dataset.notitie), alle = rijen.every((id) => gekozen.has(id));
  for (const id of rijen) if (alle) gekozen.delete(id); else gekozen.add(id);
  toon();
}

/* From where choosing began up to here. */
export function reik(van, naar) {
  anker ??= van?.dataset.notitie ?? naar.dataset.notitie;
  const alle = items().filter((item) => item.dataset.notitie), [a, b] = [alle.findIndex((item) => item.dataset.notitie === anker), alle.indexOf(naar)];
  for (const item of alle.slice(Math.min(a, b < 0 ? a : b), Math.max(a, b) + 1)) if (a >= 0) gekozen.add(item.dataset.notitie);
  toon();
}

export function laatGaan(notities) { for (const { id } of notities) gekozen.delete(id); toon(); }
export function kiesErbij(ids) { for (const id of ids) gekozen.add(id); toon(); }
export function laatVallen() { const had = gekozen.size > 0; gekozen.clear(); anker = null; toon(); return had; }

/* --- folding --- */

function vouw() { for (const [naam, open] of vouwen) { const rij = veld.querySelector(`[data-vouw="${naam}"]`); if (rij) rij.open = open; } }

export function vouwOpen(plek, open) {
  const rij = kolom(plek)?.querySelector("[data-vouw]");
  if (!rij) return;
  rij.open = open ?? !rij.open;
  vouwen.set(rij.dataset.vouw, rij.open);
}

export const vouwAlles = (open) => { for (const rij of veld.querySelectorAll("[data-kolom] [data-vouw]")) { rij.open = open; vouwen.set(rij.dataset.vouw, open); } };

veld.addEventListener("click", ({ target }) => {
  const rij = target.closest("summary")?.parentElement;
  if (rij?.dataset.vouw) vouwen.set(rij.dataset.vouw, !rij.open); /* it has not turned yet */
});

/* --- swaps --- */

const rollers = () => [...veld.querySelectorAll("[data-rol]")];

export function voorWissel() {
  opBord = Boolean(document.activeElement?.closest("#draad-list [data-kop], #draad-list [data-notitie]")) && document.activeElement.matches("[data-kop], [data-notitie]");
  gerold = rollers().map((vak) => [vak.dataset.rol, vak.scrollTop, vak.scrollLeft]);
}

export function naWissel(terug = null) {
  vouw();
  for (const [naam, top, left] of gerold) veld.querySelector(`[data-rol="${naam}"]`)?.scrollTo({ top, left, behavior: "instant" });
  for (const id of gekozen) if (!notitie(id)) gekozen.delete(id);
  toon();
  const alle = items(), zelfde = vind(huidig), weer = terug && notitie(terug);
  if (weer && !zichtbaar(weer)) vouwOpen(plekVan(weer), true);
  kies(weer ?? (zelfde && zichtbaar(zelfde) ? zelfde : alle[Math.min(Math.max(plaats, 0), alle.length - 1)]), { focus: opBord, scroll: Boolean(weer) });
}

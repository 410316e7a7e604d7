/* "Meer zoals deze": what is most like a thread, or like what is chosen, in a dialog. Pick with space or a click; Enter puts what is picked
   in the thread, or adds it to what is chosen, so that the next key is about all of it. */
import { verhuis, zeg } from "./stappen.js";
import { bijDeHand, hand, huidigeDraad, keuze, kiesErbij, titelVan } from "./veld.js";
import { dialoog, terug } from "./vragen.js";

const doos = dialoog("meer"), lijst = doos.querySelector("[data-meer-lijst]"), knop = doos.querySelector("[data-meer-klaar]"), zoekt = doos.querySelector("[data-meer-bezig]");
const gepikt = new Set();
let om = null;

const rijen = () => [...lijst.querySelectorAll("[data-meer]")];

function toon() {
  for (const rij of rijen()) rij.setAttribute("aria-pressed", String(gepikt.has(rij.dataset.meer)));
  const wat = gepikt.size === 1 ? "1 notitie" : `${gepikt.size} notities`;
  knop.textContent = !gepikt.size ? "Kies eerst een notitie" : om.draad ? `Zet ${wat} in “${om.titel}”` : `Kies ${wat} erbij`;
  knop.disabled = !gepikt.size;
}

/* About what is chosen; else about the thread or the note at hand. */
export async function meer(draad = keuze().length || bijDeHand()?.dataset.notitie ? null : huidigeDraad()) {
  const notities = draad ? [] : hand();
  if (!draad && !notities.length) { zeg("Kies eerst een notitie of een rode draad.", true); return; }
  om = draad ? { draad: draad.dataset.draad, titel: titelVan(draad) } : { notities: notities.map((rij) => rij.dataset.notitie) };
  gepikt.clear();
  doos.querySelector("h2").textContent = draad ? `Meer zoals “${om.titel}”` : notities.length > 1 ? `Meer zoals deze ${notities.length} notities` : "Meer zoals deze notitie";
  lijst.replaceChildren();
  toon();
  doos.returnValue = "";
  zoekt.hidden = false;
  if (!doos.open) doos.showModal();
  const vraag = new URLSearchParams(draad ? [["draad", om.draad]] : om.notities.map((id) => ["bijdragen", id]));
  await htmx.ajax("GET", `${doos.dataset.url}?${vraag}`, { source: lijst, target: lijst, swap: "innerHTML" });
  zoekt.hidden = true;
  rijen()[0]?.focus();
}

doos.addEventListener("close", () => {
  const { draad, notities } = om;
  if (doos.returnValue === "ja" && gepikt.size) {
    if (draad) verhuis("plaats", [...gepikt].map((id) => ({ id, plek: lijst.querySelector(`[data-meer="${id}"]`).dataset.meerPlek })), draad, { draad });
    else kiesErbij([...notities, ...gepikt]);
  }
  htmx.trigger(lijst, "htmx:abort"); /* nothing that nobody looks at comes in late, or keeps asking for itself */
  lijst.replaceChildren();
  terug();
});
lijst.addEventListener("click", ({ target }) => {
  const rij = target.closest("[data-meer]");
  if (!rij) return;
  if (!gepikt.delete(rij.dataset.meer)) gepikt.add(rij.dataset.meer);
  toon();
});
lijst.addEventListener("keydown", (event) => {
  const alle = rijen(), at = alle.indexOf(event.target.closest("[data-meer]")), by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (at < 0) return;
  if (by) alle[Math.max(0, Math.min(alle.length - 1, at + by))].focus();
  else if (event.key === "x") alle[at].click();
  else if (event.key === "Enter" && gepikt.size) doos.close("ja");
  else return;
  event.preventDefault();
});
lijst.addEventListener("htmx:afterSwap", () => { for (const id of gepikt) if (!lijst.querySelector(`[data-meer="${id}"]`)) gepikt.delete(id); toon(); });


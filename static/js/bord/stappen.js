/* Steps go to the server one after the other, however fast they are made; the page shows at once where a note goes, and what the server
   says is the truth: after the last step the board is asked for again, and a board from before a step is never shown. */
import { houdtVast } from "../sleep.js";
import { balk, ernaast, kies, kolom, laatGaan, naWissel, notitie, veld, voorWissel } from "./veld.js";

const regel = balk.querySelector("[data-melding]");
const GEWEIGERD = { 0: "Meld je opnieuw aan: deze stap is niet opgeslagen.", 403: "Meld je opnieuw aan: deze stap is niet opgeslagen.", 404: "Deze notitie of rode draad is er niet meer." };
let bezig = 0, gedaan = 0, gevraagd = 0, gemist = false, terug = null, keten = Promise.resolve();

export function zeg(tekst, fout = false) {
  regel.textContent = tekst;
  regel.toggleAttribute("data-fout", fout);
}

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";

/* Steps wait for each other: one that is never answered would hold up all that come after it. */
const GEDULD = 30_000;

async function post(url, velden) {
  const einde = new AbortController(), klok = setTimeout(() => einde.abort(), GEDULD);
  try { return await antwoordOp(url, { method: "POST", body: new URLSearchParams(velden), redirect: "manual", headers: { "X-CSRFToken": token(), "HX-Request": "true" }, signal: einde.signal }); } finally { clearTimeout(klok); }
}

async function antwoordOp(url, vraag) {
  const antwoord = await fetch(url, vraag);
  const melding = new DOMParser().parseFromString(await antwoord.text(), "text/html").querySelector(".melding");
  if (!melding && !GEWEIGERD[antwoord.status]) throw new Error("no answer of ours");
  return { goed: antwoord.ok && Boolean(melding), tekst: melding?.textContent.trim() ?? GEWEIGERD[antwoord.status], ...melding?.dataset };
}

export const ververs = () => htmx.trigger(veld, "bord-ververs");

/* `dan` when it is stored, `mis` when it is not; a reason that is still asked for is asked, and the step is sent again with it. */
export function stuur(url, velden, { dan = () => {}, mis = () => {} } = {}) {
  bezig += 1;
  gedaan += 1;
  balk.dataset.bezig = "";
  keten = keten.then(async () => {
    const { goed, tekst, vraag, bijdrage } = await post(url, velden);
    zeg(tekst, !goed);
    if (goed) { if (bijdrage) terug = bijdrage; dan(); return; }
    if (vraag) document.dispatchEvent(new CustomEvent("bord-vraag", { detail: { vraag, tekst, opnieuw: (reden) => stuur(url, [...velden.filter(([naam]) => naam !== "reden"), ["reden", reden]], { dan, mis }) } }));
    mis(tekst);
  }).catch(({ name }) => {
    zeg(name === "AbortError" ? "De server antwoordt niet. Kijk op het bord of deze stap is opgeslagen." : "Geen verbinding: deze stap is niet opgeslagen.", true);
    mis();
  }).finally(() => {
    bezig -= 1;
    if (bezig) return;
    delete balk.dataset.bezig;
    ververs();
  });
}

/* One step: what to do, with which notes ({id, plek}, as they were when the key went down), and what else it takes. */
export function stap(doe, notities = [], rest = {}, klaar = {}) {
  const velden = [["doe", doe], ...Object.entries(rest).filter(([, waarde]) => waarde !== undefined).map(([naam, waarde]) => [naam, String(waarde)])];
  /* in one field each: a server refuses a form of more than a thousand fields */
  if (notities.length) velden.push(["bijdragen", notities.map(({ id }) => id).join()], ["gezien", notities.map(({ plek }) => plek).join()]);
  stuur(balk.dataset.stap, velden, { ...klaar, dan: () => { laatGaan(notities); klaar.dan?.(); } });
}

/* Notes to another column: there at once, and what stood next to them is at hand, so that one key after the other deals with a whole list. */
export function verhuis(doe, notities, plek, rest = {}, { volg = false } = {}) {
  const rijen = notities.map(({ id }) => notitie(id)).filter(Boolean), lijst = kolom(plek)?.querySelector("[data-rij]");
  const weg = notities.filter((een) => een.plek !== plek || doe === "opzij");
  if (!weg.length) { zeg("Daar staat deze notitie al."); return; }
  const volgende = !volg && rijen.length ? ernaast(rijen) : null;
  laatGaan(notities);
  if (lijst) for (const rij of rijen) { delete rij.dataset.plek; lijst.append(rij); }
  if (volg && rijen[0]) kies(rijen[0]); else if (volgende) kies(volgende);
  stap(doe, weg, rest);
}

export const ongedaan = () => stuur(balk.dataset.ongedaan, []);
export const opnieuw = () => stuur(balk.dataset.opnieuw, []);

/* --- the board comes in --- */

function stand() {
  const nu = veld.querySelector("[data-stand]")?.dataset ?? {};
  for (const [knop, wat] of [["ongedaan", nu.ongedaan], ["opnieuw", nu.opnieuw]]) {
    const plek = balk.querySelector(`[data-${knop}-knop]`);
    plek.setAttribute("aria-disabled", String(!wat));
    plek.querySelector("[data-wat]").textContent = wat ? `: ${wat}` : "";
    plek.title = wat ?? "";
  }
}

veld.addEventListener("htmx:beforeRequest", ({ target }) => { if (target === veld) gevraagd = bezig ? -1 : gedaan; });
veld.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== veld) return;
  if (houdtVast() || bezig || gevraagd !== gedaan) { event.detail.shouldSwap = false; gemist = true; return; }
  voorWissel();
});
veld.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== veld) return;
  gemist = false;
  naWissel(terug);
  terug = null;
  stand();
  document.dispatchEvent(new CustomEvent("bord-vers"));
});
export const naSlepen = () => { if (gemist && !bezig) ververs(); };
/* Whoever is faster than the network should not leave before the last step is stored. */
addEventListener("beforeunload", (event) => { if (bezig) event.preventDefault(); });
stand();

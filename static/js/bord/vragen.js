/* What a step still has to know, asked in dialogs that stand outside the board: whatever comes in, nothing is swapped from under who types.
   A question is about what was at hand when it was asked. */
import { stap, verhuis, zeg } from "./stappen.js";
import { bijDeHand, draden, gezien, hand, huidigeDraad, kies, kolom, titelVan } from "./veld.js";

export const dialoog = (naam) => document.querySelector(`dialog[data-vraag="${naam}"]`);
export const terug = () => (document.querySelector("dialog[open]") ? null : bijDeHand()?.focus());

/* Ask; `antwoord(fields, value of the button, words back)` when it was not cancelled. */
function vraag(naam, antwoord, { kop, vul = {} } = {}) {
  const doos = dialoog(naam), form = doos.querySelector("form");
  if (doos.open) return doos;
  form.reset();
  if (kop) doos.querySelector("h2").textContent = kop;
  for (const [veld, waarde] of Object.entries(vul)) form.elements[veld].value = waarde;
  doos.returnValue = "";
  doos.onclose = () => {
    const gaf = doos.returnValue;
    if (gaf && gaf !== "nee") antwoord(Object.fromEntries(new FormData(form)), gaf);
    terug();
  };
  doos.showModal();
  return doos;
}

const tal = (aantal) => (aantal === 1 ? "1 notitie" : `${aantal} notities`);

/* What was typed stands there again when the server refused it. */
export function nieuw(notities = gezien(hand())) {
  const kop = notities.length ? `Nieuwe rode draad met ${tal(notities.length)}` : "Nieuwe rode draad";
  const open = (titel = "") => vraag("titel", (velden) => stap("nieuw", notities, velden, { mis: () => open(velden.titel) }), { kop, vul: { titel } });
  open();
}

export function splits(notities = gezien(hand())) {
  const uit = notities[0]?.plek;
  if (!/^\d+$/.test(uit ?? "") || notities.some(({ plek }) => plek !== uit)) { zeg("Kies eerst notities uit één rode draad; die splits je dan af.", true); return; }
  const kop = `${tal(notities.length)} splitsen van “${titelVan(kolom(uit))}”`;
  const open = (titel = "") => vraag("titel", (velden) => stap("splits", notities, { draad: uit, ...velden }, { mis: () => open(velden.titel) }), { kop, vul: { titel } });
  open();
}

export function opzij(notities = gezien(hand())) {
  if (!notities.length) { zeg("Kies eerst een notitie."); return; }
  vraag("opzij", ({ reden }) => verhuis("opzij", notities, "opzij", { reden }), { kop: notities.length > 1 ? `Waarom ${tal(notities.length)} opzij?` : "Waarom opzij?" });
}

/* Where to, for whoever does not drag: the threads, a new one, loose, aside. */
export function verplaats(notities = gezien(hand())) {
  if (!notities.length) { zeg("Kies eerst een notitie."); return; }
  const doos = dialoog("verplaats");
  doos.querySelector("[data-draden]").replaceChildren(...draden().map((draad, at) => knop(draad, at)));
  vraag("verplaats", (_velden, naar) => naarPlek(naar, notities), { kop: notities.length > 1 ? `Waarheen met ${tal(notities.length)}?` : "Waarheen met deze notitie?" });
}

function knop(draad, at) {
  const button = document.createElement("button");
  button.className = "knop";
  button.value = draad.dataset.draad;
  if (at < 9) { button.dataset.cijfer = at + 1; button.append(Object.assign(document.createElement("kbd"), { textContent: at + 1 }), " "); }
  button.append(titelVan(draad));
  return button;
}

export function naarPlek(naar, notities = gezien(hand()), opties = {}) {
  if (naar === "nieuw") nieuw(notities);
  else if (naar === "opzij") opzij(notities);
  else if (naar === "los") verhuis("los", notities, "los", {}, opties);
  else if (notities.length) verhuis("plaats", notities, naar, { draad: naar }, opties);
  else zeg("Kies eerst een notitie.");
}

/* Two threads become one. What only one table said does not go under without a reason. */
export function samen(draad = huidigeDraad(), naar = null) {
  const ander = draden().filter((een) => een !== draad);
  if (!draad || !ander.length) { zeg(draad ? "Er is geen andere rode draad." : "Kies eerst een rode draad.", true); return; }
  const doos = dialoog("samen"), { draad: pk, versie } = draad.dataset;
  doos.querySelector("[data-alleen]").hidden = !("alleen" in draad.dataset);
  doos.querySelector("[name=reden]").required = "alleen" in draad.dataset;
  doos.querySelector("[data-draden]").replaceChildren(...draden().flatMap((een, at) => (een === draad ? [] : [keuzerij(een, at)])));
  vraag("samen", ({ naar: gekozen, reden }) => stap("samen", [], { draad: pk, naar: gekozen, version: versie, reden: reden || undefined }, {
    dan: () => { const kop = kolom(gekozen)?.querySelector("[data-kop]"); if (kop) kies(kop); },
  }), { kop: `“${titelVan(draad)}” samenvoegen met`, vul: naar ? { naar: naar.dataset.draad } : {} });
  (doos.querySelector("[name=naar]:checked") ?? doos.querySelector("[name=naar]")).focus();
}

function keuzerij(draad, at) {
  const label = document.createElement("label"), input = Object.assign(document.createElement("input"), { type: "radio", name: "naar", value: draad.dataset.draad, required: true });
  if (at < 9) input.dataset.cijfer = at + 1;
  label.append(input, ` ${at + 1}. ${titelVan(draad)}`);
  return label;
}

export function verwijder(draad = huidigeDraad()) {
  if (!draad) { zeg("Kies eerst een rode draad.", true); return; }
  const { draad: pk, versie } = draad.dataset;
  vraag("verwijder", () => stap("verwijder", [], { draad: pk, version: versie }), { kop: `“${titelVan(draad)}” verwijderen?` });
}

/* --- a title, in its place: the field floats over the board --- */

const naamform = document.querySelector("[data-hernoem]");
let hernoemt = null;

function leg() {
  const kop = hernoemt && kolom(hernoemt.draad)?.querySelector("h2");
  if (!kop) return;
  const vak = kop.getBoundingClientRect(), ruim = naamform.offsetParent?.getBoundingClientRect() ?? { left: 0, top: 0 };
  Object.assign(naamform.style, { left: `${vak.left - ruim.left}px`, top: `${vak.top - ruim.top - 6}px`, width: `${Math.max(vak.width, 180)}px` });
}

export function hernoem(draad = huidigeDraad(), titel = null) {
  if (!draad) { zeg("Kies eerst een rode draad.", true); return; }
  hernoemt = { draad: draad.dataset.draad, versie: draad.dataset.versie, was: titelVan(draad) };
  naamform.hidden = false;
  naamform.elements.titel.value = titel ?? hernoemt.was;
  leg();
  naamform.elements.titel.select();
}

function dicht() {
  hernoemt = null;
  naamform.hidden = true;
  terug();
}

function bewaar() {
  if (!hernoemt) return;
  const { draad, versie, was } = hernoemt, titel = naamform.elements.titel.value.trim();
  dicht();
  if (!titel || titel === was) return;
  const kop = kolom(draad)?.querySelector("h2");
  if (kop) kop.textContent = titel;
  stap("hernoem", [], { draad, version: versie, titel }, { mis: () => {
    /* what was typed stands there again, over the board as it is by then */
    const weer = () => { const nu = kolom(draad); if (nu && !hernoemt && titelVan(nu) !== titel) hernoem(nu, titel); };
    document.addEventListener("bord-vers", weer, { once: true });
  } });
}

naamform.addEventListener("submit", (event) => { event.preventDefault(); bewaar(); });
naamform.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) { event.stopPropagation(); dicht(); } });
naamform.addEventListener("focusout", ({ relatedTarget }) => { if (!naamform.contains(relatedTarget) && document.hasFocus()) bewaar(); });
document.addEventListener("bord-vers", leg);
addEventListener("resize", leg);

/* --- what the server still wants to know --- */

document.addEventListener("bord-vraag", ({ detail }) => vraag("reden", ({ reden }) => detail.opnieuw(reden), { kop: detail.tekst }));

/* Reasons that are often given, by number; no submit buttons: Enter in the field must take the words in it. */
const opzijdoos = dialoog("opzij"), redenen = [...opzijdoos.querySelectorAll("[data-reden]")];
for (const reden of redenen) reden.addEventListener("click", () => { opzijdoos.querySelector("[name=reden]").value = reden.dataset.reden; opzijdoos.close("ja"); });
opzijdoos.addEventListener("keydown", (event) => {
  if (event.target.matches("input") || !redenen[Number(event.key) - 1]) return;
  event.preventDefault();
  redenen[Number(event.key) - 1].click();
});
for (const naam of ["samen", "verplaats"]) dialoog(naam).addEventListener("keydown", (event) => {
  const gekozen = /^[1-9]$/.test(event.key) && !event.target.matches("input:not([type=radio])") && dialoog(naam).querySelector(`[data-cijfer="${event.key}"]`);
  if (!gekozen) return;
  event.preventDefault();
  gekozen.click();
  gekozen.focus();
});

export function hulp() { const doos = dialoog("hulp"); doos.onclose = terug; if (!doos.open) doos.showModal(); }

/* What is on now: the stelling, the time left, the follow-up questions. Drawn from the last thing that the server said, or from what
   somebody chose while there was no network. */
import { el } from "./dom.js";
import { isClosed, model, place, stellingById } from "./model.js";

const kop = document.getElementById("ronde-kop"), questions = document.querySelector("[data-doorvragen]");
const NAMES = JSON.parse(document.getElementById("namen").textContent).ronde;

const title = (tekst) => el("h1", { klasse: "ronde-kop__stelling", tekst });
const soft = (tekst) => el("p", { klasse: "zacht", tekst });

function clock(state) {
  const data = { klok: "", verschil: String(model.verschil) };
  if (state.paused_remaining !== null) data.pausedRemaining = String(state.paused_remaining);
  else if (state.ends_at) data.endsAt = state.ends_at;
  return el("span", { klasse: "klok", data, role: "timer", "aria-label": "Tijd over" });
}

function about(stelling, ...above) {
  return [
    el("div", { klasse: "ronde-kop__boven" }, ...above),
    title(stelling.tekst),
    el("span", { klasse: "visueel-verborgen", data: { klokWoorden: "" }, role: "status" }),
  ];
}

function running(state) {
  const ronde = model.stand.rondes.find(({ id }) => id === state.ronde), stelling = stellingById(state.stelling);
  const paused = state.paused_remaining !== null ? " · pauze" : "", kind = NAMES[state.soort] ?? "";
  if (stelling) return about(stelling, el("span", { tekst: `Stelling ${stelling.nummer}${paused}` }), clock(state));
  const named = ronde?.titel && ronde.titel !== kind;
  return [
    el("div", { klasse: "ronde-kop__boven" }, el("span", { tekst: named ? `${kind}${paused}` : paused ? "Pauze" : "" }), clock(state)),
    title(ronde?.titel || kind),
    state.soort === "spreker" && el("ul", { klasse: "ronde-kop__sprekers" }, ...(model.stand.sprekers ?? []).map((naam) => el("li", { tekst: naam }))),
    el("span", { klasse: "visueel-verborgen", data: { klokWoorden: "" }, role: "status" }),
  ];
}

/* `chosen`: {stelling} while the table goes its own way, without a network. */
function content(chosen, allSaid) {
  const { stand } = model;
  if (isClosed()) return [title("Bedankt, dit diner is afgesloten"), soft(allSaid ? "Je notities zijn bewaard. Noteren kan niet meer." : "Nog niet alles is bij de organisator. Laat dit scherm open.")];
  const own = chosen && stellingById(chosen.stelling);
  if (own) return about(own, el("span", { tekst: `Stelling ${own.nummer} · zelf gekozen` }));
  if (model.tafel === null) return [title("Deze tablet kent je tafel nog niet"), soft("Scan de QR-code op je tafel zodra er verbinding is.")];
  if (!stand) return [title("We zoeken je tafel"), soft("Noteren kan al: wat je opschrijft blijft op deze tablet.")];
  if (stand.ronde?.ronde != null) return running(stand.ronde);
  if (stand.diner.status === "live" && stand.rondes.some(({ begonnen }) => begonnen)) {
    return [title("Even geen tafelgesprek"), soft("Als de volgende ronde begint, zie je dat hier vanzelf. Noteren kan gewoon.")];
  }
  return [title("We beginnen zo"), soft(`Je doet mee aan ${stand.diner.titel}. Deze pagina gaat vanzelf verder.`)];
}

/* `allSaid`: is everything that was typed here with the server? */
export function showKop(chosen, allSaid) {
  const { stand } = model;
  const wanted = JSON.stringify([model.tafel, stand?.ronde, stand?.rondes, stand?.stellingen, stand?.diner, stand?.sprekers, chosen, place(), allSaid]);
  if (kop.dataset.stand === wanted) return;
  kop.dataset.stand = wanted;
  kop.replaceChildren(...content(chosen, allSaid).filter(Boolean));
  const about = isClosed() ? null : stellingById(chosen ? chosen.stelling : stand?.ronde?.stelling);
  questions.replaceChildren(...(about?.doorvragen ?? []).map((vraag) => el("li", { tekst: vraag })));
}

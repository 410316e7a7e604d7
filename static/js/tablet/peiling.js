/* Hands on the stelling at hand, before and after the talk: three big counters. A count is saved when it has been still for a moment,
   and when the page goes out of sight. */
import { el } from "./dom.js";
import { isClosed, makeOp, model, peilingOf, stellingById } from "./model.js";

const STILL = 800;
const box = document.querySelector("[data-peiling]");
const COUNTS = ["eens", "oneens", "neutraal"];
let submit = null, moment = "voor", counting = null, timer = 0;

function value(stelling) { return counting?.stelling === stelling && counting.moment === moment ? counting : peilingOf(stelling, moment); }

function count(name, step) {
  const stelling = Number(box.dataset.stelling), base = value(stelling);
  const next = Math.min(99, Math.max(0, base[name] + step));
  counting = { stelling, moment, eens: base.eens, oneens: base.oneens, neutraal: base.neutraal, [name]: next };
  clearTimeout(timer);
  timer = setTimeout(flush, STILL);
  draw(stelling);
}

/* Is there a count that is not saved yet? */
export const isCounting = () => counting !== null;

async function flush() {
  clearTimeout(timer);
  if (!counting) return;
  const { stelling, ...body } = counting;
  const op = makeOp("peiling", { stelling, ronde: model.stand?.ronde?.ronde ?? null, body });
  delete op.note_id;
  counting = null; /* it is in the model from now on: saved once, whatever calls this again */
  await submit(op);
  draw(stelling);
}

const STATES = { "": "Nog niet geteld", wacht: "Bewaard op deze tablet", bezig: "Wordt bewaard", los: "NIET bewaard – laat dit scherm open en roep de organisator", verzonden: "Verzonden", apart: "Apart gezet voor de organisator" };

function draw(stelling) {
  const { staat, ...counts } = value(stelling);
  for (const name of COUNTS) {
    const place = box.querySelector(`[data-tel="${name}"] output`), text = String(counts[name]);
    if (place.textContent !== text) place.textContent = text;
  }
  const line = box.querySelector("[data-peiling-staat]"), text = counting ? "Wordt bewaard" : STATES[staat] ?? "";
  if (line.textContent !== text) line.textContent = text;
}

function build() {
  for (const place of box.querySelectorAll("[data-tel]")) {
    const { tel } = place.dataset, label = place.querySelector("span").textContent;
    place.append(
      el("button", { type: "button", klasse: "knop tel__knop", tekst: "−", "aria-label": `Eén minder: ${label}`, onclick: () => count(tel, -1) }),
      el("output", { tekst: "0", "aria-live": "polite" }),
      el("button", { type: "button", klasse: "knop knop--hoofd tel__knop", tekst: "+", "aria-label": `Eén meer: ${label}`, onclick: () => count(tel, 1) }));
  }
  for (const radio of box.querySelectorAll("input[name=moment]")) {
    radio.addEventListener("change", () => { flush(); moment = radio.value; draw(Number(box.dataset.stelling)); });
  }
}

export function beginPeiling(save) {
  submit = save;
  build();
  document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
  addEventListener("pagehide", flush);
}

/* `stelling`: the one at hand, or null. */
export function showPeiling(stelling) {
  const known = stellingById(stelling);
  box.hidden = !known || isClosed();
  if (!known) return;
  if (box.dataset.stelling !== String(stelling)) { flush(); box.dataset.stelling = String(stelling); }
  const line = box.querySelector("[data-over]"), text = `Peiling over stelling ${known.nummer}`;
  if (line.textContent !== text) line.textContent = text;
  draw(stelling);
}

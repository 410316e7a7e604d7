/* The facilitator's page: ties the parts together. Saving empties the field at once, before anything is awaited, so that a fast typist
   never waits and never loses a letter. */
import { beginDevice, beginWorker, saveFile, stayAwake, takeOver } from "./apparaat.js";
import { Bewerker } from "./bewerker.js";
import { button, el } from "./dom.js";
import { showKop } from "./kop.js";
import { beginList, render, resume } from "./lijst.js";
import { bodyOf, changed, isClosed, makeOp, model, onChange, place, plannedPlace, waiting } from "./model.js";
import { load, saveOp, settle, uuid } from "./opslag.js";
import { beginPeiling, showPeiling } from "./peiling.js";
import { begin, kick, refresh, say, sendNow, sitDown, tellTabs } from "./verzender.js";

const form = document.querySelector("[data-noteer]");
const line = document.querySelector("[data-verbinding]"), urgent = document.querySelector("[data-dringend]");
let chosen = null;   /* {stelling}: the table goes its own way while there is no network */
let spot = place();  /* where the note in the field belongs: fixed as soon as somebody begins */

/* --- saving --- */

/* Keep `op` on this tablet; true once it is really there. Shown at once, sent as soon as it can be. */
async function submit(op, concept = null) {
  const record = { op, staat: "bezig" };
  model.ops.set(op.op_id, record);
  changed();
  try {
    await saveOp(op, concept);
  } catch {
    model.kapot = true;
    if (!(await sendNow(op))) { model.ops.delete(op.op_id); changed(); return false; }
    record.staat = "verzonden";
    record.rev = op.base_rev + 1;
    changed();
    refresh();
    return true;
  }
  model.device = op.device_id;
  if (record.staat === "bezig") record.staat = "wacht";
  changed();
  tellTabs();
  kick();
  return true;
}

function rondeOf(stelling) {
  return model.verbonden && place().ronde !== null ? place().ronde : plannedPlace(stelling).ronde;
}

async function saveNew(values) {
  const ronde = values.stelling === spot.stelling ? spot.ronde : rondeOf(values.stelling);
  const op = makeOp("create", { note_id: uuid(), stelling: values.stelling, ronde, body: bodyOf(values) });
  if (model.kapot) { await saveWithoutStorage(op); return; }
  if (!model.verbonden && editor.gekozen) chosen = { stelling: values.stelling };
  next();
  editor.field.focus();
  if (!(await submit(op, newKey()))) putBack(op);
  else if (!editor.inUse) editor.say("Bewaard op deze tablet");
}

/* The tablet keeps nothing: the words stay in the field until the server has proven that it has them. */
async function saveWithoutStorage(op) {
  editor.field.readOnly = true;
  editor.say("Wordt direct verzonden");
  const stored = await sendNow(op);
  editor.field.readOnly = false;
  if (stored) { next(); editor.say("Verzonden"); refresh(); } else editor.say("NIET bewaard – laat dit scherm open", true);
  editor.field.focus();
}

/* It could be neither kept nor sent: back in the field, in front of what was typed since. */
function putBack(op) {
  const later = editor.values();
  editor.fill({ ...later, ...op.body, stelling: op.stelling, tekst: [op.body.tekst, later.tekst].filter(Boolean).join("\n") });
  editor.say("NIET bewaard – laat dit scherm open", true);
  showUrgent();
}

const newKey = () => `${model.tafel}-nieuw`;

function next() {
  spot = here();
  editor.empty(spot.stelling);
}

function here() { return chosen && !model.verbonden ? plannedPlace(chosen.stelling) : place(); }

const editor = new Bewerker(form, { sleutel: newKey, onSave: saveNew, onInput: () => { if (!editor.inUse && !editor.gekozen) follow(); } });

/* The editor follows the ronde only while nobody is using it. A choice by hand holds for one note; without a network until it is back. */
function follow() {
  if (model.verbonden && model.stand?.ronde?.ronde != null) chosen = null;
  if (editor.inUse || editor.gekozen) return;
  spot = here();
  editor.choose(spot.stelling);
}

form.addEventListener("change", ({ target }) => {
  if (target.name !== "stelling" || model.verbonden) return;
  chosen = { stelling: editor.stelling };
  showKop(chosen);
});

/* --- what the list asks of the page --- */

function adjust(view) {
  editor.adjust(view.id, view.tekst);
  editor.later();
  editor.field.focus();
  form.scrollIntoView({ block: "nearest" });
}

function takeBack({ op_id, ...values }) {
  const here = editor.values();
  editor.fill({ ...values, tekst: [here.tekst, values.tekst].filter(Boolean).join("\n") });
  editor.gekozen = true;
  editor.later();
  editor.field.focus();
  /* the organiser keeps what was put apart; here it has become text again */
  model.ops.get(op_id).staat = "terug";
  settle([{ op_id, staat: "terug" }]).catch(() => {});
  changed();
}

/* --- what is said about it all --- */

const plural = (number, one, many) => `${number} ${number === 1 ? one : many}`;

/* A note that is sent within a moment is no news. */
const A_MOMENT = 2_000;
let busySince = 0, busyTimer = 0;

function isSlow(left) {
  if (!left) { busySince = 0; return false; }
  busySince ||= Date.now();
  clearTimeout(busyTimer);
  busyTimer = setTimeout(showConnection, A_MOMENT);
  return Date.now() - busySince >= A_MOMENT;
}

function connection() {
  const left = waiting().length;
  if (model.aanmelden) return ["let-op", `Opnieuw aanmelden${left ? ` · ${left} bewaard op deze tablet` : ""}`];
  if (!model.verbonden) return ["geen-net", left ? `Geen verbinding · ${left} bewaard op deze tablet` : "Geen verbinding · noteren kan gewoon"];
  return isSlow(left) ? ["wolk", `Verbonden · ${plural(left, "wijziging wordt", "wijzigingen worden")} verzonden`] : ["vink", "Verbonden"];
}

function showConnection() {
  const [icoon, tekst] = connection();
  if (line.dataset.tekst === tekst) return;
  line.dataset.tekst = tekst;
  line.replaceChildren(el("span", { icoon, tekst: ` ${tekst}` }));
}

function showUrgent() {
  const parts = [];
  if (model.aanmelden) parts.push(el("p", { tekst: "Deze tablet doet niet (meer) mee. Scan de QR-code op je tafel, of " }, el("a", { href: "/t/", tekst: "meld je hier aan" }), ". Wat je opschreef, blijft bewaard en gaat daarna vanzelf mee."));
  if (model.kapot) parts.push(el("p", { tekst: "Deze tablet kan niets bewaren: laat dit scherm open. Elke notitie gaat direct naar de organisator." }));
  if (model.elders.length) parts.push(el("p", { tekst: `Op deze tablet ${model.elders.length === 1 ? "staat nog 1 notitie" : `staan nog ${model.elders.length} notities`} van een andere tafel. Scan de QR-code van die tafel, dan worden ze verzonden.` }));
  const wanted = JSON.stringify([model.aanmelden, model.kapot, model.elders.length]);
  if (urgent.dataset.stand === wanted) return;
  urgent.dataset.stand = wanted;
  if (parts.length) parts.push(button("Bewaar als bestand", "download", () => saveFile(editor.field.value)));
  urgent.hidden = !parts.length;
  urgent.replaceChildren(...parts);
}

/* --- words from the regie, and help --- */

const messages = document.querySelector("[data-berichten]"), help = document.querySelector("[data-hulp]");
const read = new Set();

function showMessages() {
  const unread = (model.stand?.berichten ?? []).filter(({ id, gezien }) => !gezien && !read.has(id));
  const wanted = JSON.stringify(unread);
  if (messages.dataset.stand === wanted) return;
  messages.dataset.stand = wanted;
  messages.replaceChildren(...unread.map(({ id, tekst }) => el("div", { klasse: "melding melding--let-op rij rij--uiteen" }, el("p", {}, el("strong", { tekst: "Van de regie: " }), tekst), button("Gezien", "vink", () => seen(id)))));
}

async function seen(id) {
  read.add(id);
  showMessages();
  if (!(await say("/sync/gezien", { berichten: [id] }))) read.delete(id);
  else refresh();
  changed();
}

function showHelp() {
  const asked = Boolean(model.stand?.hulp), text = asked ? "Hulp gevraagd" : "Hulp nodig";
  help.hidden = isClosed() || !model.stand;
  help.setAttribute("aria-pressed", String(asked));
  const label = help.querySelector("span");
  if (label.textContent !== text) label.textContent = text;
}

help.addEventListener("click", async () => {
  const answer = await say("/sync/hulp", { hulp: !model.stand.hulp });
  if (!answer) { note("Geen verbinding: loop even naar de organisator."); return; }
  model.stand.hulp = answer.hulp;
  note(answer.hulp ? "De organisator ziet dat je hulp nodig hebt." : "Je vraag om hulp is ingetrokken.");
  changed();
});

let noteTimer = 0;
function note(tekst) {
  const place = document.getElementById("meldingen");
  place.replaceChildren(el("p", { klasse: "melding", tekst }));
  clearTimeout(noteTimer);
  noteTimer = setTimeout(() => place.replaceChildren(), 8_000);
}

/* --- the page --- */

function openOrClose() {
  const closed = isClosed();
  form.toggleAttribute("data-dicht", closed);
  form.hidden = model.tafel === null || (closed && !editor.field.value);
  editor.field.readOnly = closed;
}

function showNames() {
  const { stand } = model, place = document.querySelector("[data-tafelnaam]");
  if (!stand) return;
  const text = `${stand.tafel.naam} · ${stand.diner.titel}`;
  if (place.textContent !== text) { place.textContent = text; document.title = stand.tafel.naam; }
}

onChange(() => {
  showNames();
  editor.refresh();
  follow();
  showKop(model.verbonden ? null : chosen);
  render();
  showPeiling(here().stelling);
  showConnection();
  showUrgent();
  showMessages();
  showHelp();
  openOrClose();
  stayAwake();
  takeOver();
});

/* What was typed when this page, or this tablet, went away. */
function restoreConcepts(concepten) {
  const mine = concepten.find(({ sleutel }) => sleutel === newKey())?.waarde;
  if (mine && !editor.inUse) {
    editor.fill(mine);
    editor.gekozen = true;
    editor.say("Concept");
    spot = { ronde: rondeOf(mine.stelling), stelling: mine.stelling };
  }
  resume(concepten.filter(({ sleutel }) => sleutel !== newKey()));
}

async function start() {
  beginList({ submit, adjust, takeBack, rondeOf });
  beginPeiling(submit);
  const named = Number(location.hash.slice(1)) || Number(document.body.dataset.tafel) || null;
  if (location.hash) history.replaceState(null, "", location.pathname);
  const kept = await load(named).catch(() => { model.kapot = true; return null; });
  if (kept?.tafel) await sitDown(kept.tafel); else { model.tafel = named; changed(); }
  await null; /* the list is drawn now */
  restoreConcepts(kept?.concepten ?? []);
  document.body.dataset.klaar = "";
  beginDevice();
  begin();
  beginWorker();
}

document.body.addEventListener("tafel-gewisseld", ({ detail }) => { if (document.body.dataset.klaar === "") { editor.empty(place().stelling); restoreConcepts(detail.concepten); } });
addEventListener("beforeunload", (event) => { if (model.kapot && editor.field.value) event.preventDefault(); });
document.querySelector("[data-bestand]").addEventListener("click", () => saveFile(editor.field.value));
document.querySelector("[data-nu-verzenden]").addEventListener("click", () => refresh());
start();

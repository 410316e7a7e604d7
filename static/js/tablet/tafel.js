/* The facilitator's page: ties the parts together. Saving empties the field at once, before anything is awaited, so that a fast typist
   never waits and never loses a letter. */
import { beginDevice, beginWorker, saveFile, showStorage, stayAwake, takeOver } from "./apparaat.js";
import { Bewerker } from "./bewerker.js";
import { button, el, focusIsFree } from "./dom.js";
import { showKop } from "./kop.js";
import { beginList, render, resume, typing } from "./lijst.js";
import { bodyOf, changed, isClosed, kept, leftBehind, makeOp, model, onChange, place, plannedPlace, waiting } from "./model.js";
import { keepConcept, saveOp, settle, uuid } from "./opslag.js";
import { beginPeiling, isCounting, showPeiling } from "./peiling.js";
import { begin, handOver, kick, look, refresh, say, sitDown, tellTabs } from "./verzender.js";

const form = document.querySelector("[data-noteer]");
const line = document.querySelector("[data-verbinding]"), urgent = document.querySelector("[data-dringend]");
const NOT_KEPT = "NIET bewaard – laat dit scherm open en roep de organisator";
let chosen = null;   /* {stelling}: the table goes its own way while there is no network */
/* What the server drew in the page: good until the first hallo says more. */
const drawn = { ronde: Number(document.body.dataset.ronde) || null, stelling: Number(new FormData(form).get("stelling")) || null };
let spot = drawn;    /* where the note in the field belongs: fixed as soon as somebody begins */
let chosenIn = null; /* the ronde in which a stelling was chosen by hand: the choice does not outlive it */
let unsure = location.pathname === "/t/"; /* scanned without a network: is it still the same table? */
let page = "";       /* the name of this page among the pages of this browser */

/* --- saving --- */

/* ms that the disk gets before a new note is shown as not kept yet. It answers within 10; drawing hundreds of notes first would only
   hold up that answer. */
const A_BLINK = 100;

/* Keep `op` on this tablet, and send it as soon as it can be; what cannot be kept is sent from here, and says so. */
async function submit(op, concept = null) {
  const record = { op, staat: "bezig" };
  model.ops.set(op.op_id, record);
  let busy = 0;
  if (op.kind === "create") busy = setTimeout(changed, A_BLINK); else changed();
  try {
    await saveOp(op, concept);
    model.device = op.device_id;
    if (record.staat === "bezig") record.staat = "wacht";
    if (model.kapot) await heal();
  } catch (error) {
    model.kapot = true;
    if (record.staat === "bezig") record.staat = "los";
    record.klaar = () => editor.keep(); /* the concept on disk is the only copy, until the server has it */
    error.alsnog?.then(() => { if (record.staat === "los") record.staat = "wacht"; return heal(); }).then(changed, () => {}); /* the disk was slow, not broken */
  }
  clearTimeout(busy);
  changed();
  tellTabs();
  kick();
}

/* The disk works again: what was only in this page is kept after all. */
async function heal() {
  for (const record of model.ops.values()) {
    if (record.staat !== "los") continue;
    await saveOp(record.op, null, true);
    if (record.staat === "los") record.staat = "wacht";
  }
  model.kapot = false;
}

document.body.addEventListener("schijf-werkt", () => { heal().catch(() => {}).then(changed); });

function rondeOf(stelling) {
  return model.verbonden && place().ronde !== null ? place().ronde : plannedPlace(stelling).ronde;
}

const early = []; /* saved before this page knew its table: done as soon as it does */

function sayEarly() {
  if (model.tafel !== null) for (const [values, where] of early.splice(0)) create(values, where);
}

async function saveNew(values) {
  const where = spot;
  if (document.body.dataset.klaar !== "" || model.tafel === null) {
    early.push([values, where]);
    editor.empty(values.stelling);
    editor.say("Wordt bewaard zodra deze tablet zijn tafel kent: laat dit scherm open", true);
    return;
  }
  if (!model.verbonden && editor.gekozen) chosen = { stelling: values.stelling };
  next();
  editor.field.focus();
  await create(values, where, newKey());
  if (!editor.inUse) editor.say(model.kapot ? NOT_KEPT : "Bewaard op deze tablet", model.kapot);
}

function create(values, where, concept = null) {
  const ronde = values.stelling === where.stelling ? where.ronde : rondeOf(values.stelling);
  return submit(makeOp("create", { note_id: uuid(), stelling: values.stelling, ronde, body: bodyOf(values), rewrites: values.rewrites }), concept);
}

const newKey = () => `${model.tafel}-nieuw-${page}`;

function next() {
  spot = here();
  editor.empty(spot.stelling);
}

function here() {
  if (!model.stand) return drawn;
  return chosen && !model.verbonden ? plannedPlace(chosen.stelling) : place();
}

const editor = new Bewerker(form, { sleutel: newKey, extra: () => ({ ronde: spot.ronde }), onSave: saveNew, onInput: () => { if (!editor.inUse) { delete editor.extra.rewrites; follow(); } } });

/* The editor follows the ronde only while nobody is using it. A choice by hand holds for one note in this ronde; without a network until
   it is back. */
function follow() {
  if (model.verbonden && model.stand?.ronde?.ronde != null) chosen = null;
  if (editor.inUse && spot !== drawn) return; /* what was begun before the first hallo goes where that says */
  if (editor.gekozen && place().ronde !== chosenIn) editor.gekozen = false;
  if (editor.gekozen) return;
  spot = here();
  editor.choose(spot.stelling);
}

form.addEventListener("change", ({ target }) => {
  if (target.name !== "stelling") return;
  chosenIn = place().ronde;
  if (model.verbonden) return;
  chosen = { stelling: editor.stelling };
  changed();
});

/* --- what the list asks of the page --- */

function adjust(view) {
  editor.adjust(view.id, view.tekst);
  editor.later();
  editor.field.focus();
  form.scrollIntoView({ block: "nearest" });
}

/* Words that come back into the big field, behind what stands there. */
function putBack(values) {
  const now = editor.values();
  editor.fill({ ...values, rewrites: [...(now.rewrites ?? []), ...(values.rewrites ?? [])], tekst: [now.tekst, values.tekst].filter((tekst) => tekst.trim()).join("\n") });
  editor.gekozen = true;
  chosenIn = values.ronde ?? null;
  spot = { stelling: values.stelling, ronde: values.ronde ?? rondeOf(values.stelling) };
}

async function takeBack({ op_id, ...values }) {
  putBack({ ...values, rewrites: [op_id] });
  editor.field.focus();
  const onDisk = await editor.keep(); /* first the words on disk, then the note away */
  model.ops.get(op_id).staat = "terug";
  if (onDisk) settle([{ op_id, staat: "terug" }]).catch(() => {});
  changed();
}

/* Something that can be taken back for a moment. */
function offer(tekst, label, action) { note(tekst, button(label, "herstel", () => { note(""); action(); })); }

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
  const left = waiting().length, here = kept().length;
  if (model.aanmelden) return ["let-op", `Opnieuw aanmelden${here ? ` · ${here} bewaard op deze tablet` : ""}`];
  if (!model.verbonden) return ["geen-net", here ? `Geen verbinding · ${here} bewaard op deze tablet` : "Geen verbinding · noteren kan gewoon"];
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
  if (unsure && model.stand) parts.push(stillHere());
  if (model.aanmelden) parts.push(el("p", { tekst: "Deze tablet doet niet (meer) mee. Scan de QR-code op je tafel, of " }, el("a", { href: "/t/", tekst: "meld je hier aan" }), ". Wat je opschreef, blijft bewaard en gaat daarna vanzelf mee. Lukt aanmelden niet? Bewaar het als bestand en geef dat aan de organisator."));
  if (model.kapot) parts.push(el("p", { tekst: "Deze tablet kan niets bewaren: laat dit scherm open. Elke notitie gaat direct naar de organisator." }));
  if (model.elders.length) parts.push(...ofOthers());
  if (early.length) parts.push(el("p", { tekst: `${early.length === 1 ? "Eén notitie wordt" : `${early.length} notities worden`} bewaard zodra deze tablet zijn tafel kent: laat dit scherm open.` }));
  const wanted = JSON.stringify([model.aanmelden, model.kapot, model.elders.length, early.length, ofThisDiner().length, unsure && model.stand?.tafel]);
  if (urgent.dataset.stand === wanted) return;
  urgent.dataset.stand = wanted;
  if (parts.length && !unsure && !model.vertrokken) parts.push(button("Bewaar als bestand", "download", toFile));
  urgent.hidden = !parts.length;
  urgent.replaceChildren(...parts.filter(Boolean));
}

/* What was typed for other tables. Their QR may be far away, or closed: then it goes to the organiser of this evening. */
const ofThisDiner = () => (model.verbonden ? leftBehind() : []);
let giving = false;

function ofOthers() {
  const { elders } = model, names = [...new Set(elders.map(({ stand }) => stand?.tafel.naam))];
  const left = elders.length === 1 ? "staat nog 1 notitie" : `staan nog ${elders.length} notities`, whose = names.length === 1 && names[0];
  const text = `Op deze tablet ${left} van ${whose || "een andere tafel"}. Scan de QR-code van die tafel, dan gaat dat vanzelf mee.`;
  return [el("p", { tekst: text }), ofThisDiner().length > 0 && button("Geef dit aan de organisator", "upload", giveAway)];
}

async function giveAway() {
  if (giving) return;
  giving = true;
  const ops = [];
  for (const elder of ofThisDiner()) {
    const { sleutel, tafel, waarde } = elder;
    if (!elder.op) {
      elder.op = { ...makeOp("create", { note_id: uuid(), stelling: waarde.stelling, ronde: waarde.ronde ?? null, body: bodyOf(waarde), rewrites: waarde.rewrites }), tafel };
      await saveOp(elder.op, sleutel, true).catch(() => {});
    }
    ops.push(elder.op);
  }
  const all = await handOver(ops);
  giving = false;
  note(all ? "De organisator heeft wat er van de andere tafel stond." : "Nog niet gelukt. Alles staat nog op deze tablet.");
}

/* Whoever scans without a network may sit at another table by now. */
function stillHere() {
  const answer = (yes) => { unsure = false; if (yes) history.replaceState(null, "", "/tafel/"); else Object.assign(model, { tafel: null, vertrokken: true }); changed(); };
  return el("div", { klasse: "stapel stapel--dicht" },
    el("p", { tekst: `Geen verbinding. Deze tablet zat het laatst aan ${model.stand.tafel.naam}. Zit je daar nog?` }),
    el("div", { klasse: "rij" }, button("Ja, verder", "vink", () => answer(true)), button("Nee, een andere tafel", "kruis", () => answer(false))));
}

const toFile = () => saveFile([...early.map(([{ tekst }]) => tekst), editor.field.value, ...typing()].filter((tekst) => tekst.trim()));

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
  if (focusIsFree()) (messages.querySelector("button") ?? messages).focus({ preventScroll: true }); /* not the field: that brings up a keyboard */
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
function note(tekst, action) {
  const place = document.getElementById("meldingen");
  clearTimeout(noteTimer);
  if (!tekst) { place.replaceChildren(); return; }
  place.replaceChildren(el("div", { klasse: "melding rij rij--uiteen" }, el("p", { tekst }), action));
  noteTimer = setTimeout(() => place.replaceChildren(), 10_000);
}

/* --- the page --- */

function openOrClose() {
  const closed = isClosed(); /* what still stands in the field can go to the organiser */
  form.toggleAttribute("data-dicht", closed);
  form.hidden = model.tafel === null || unsure || (closed && !editor.field.value.trim());
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
  showKop(model.verbonden ? null : chosen, !(waiting().length || leftBehind().length || early.length || editor.inUse || typing().length || isCounting()));
  render();
  showPeiling(here().stelling);
  showConnection();
  showUrgent();
  showMessages();
  showHelp();
  showStorage();
  openOrClose();
  stayAwake();
  takeOver();
});

/* What was typed when this page, or this tablet, went away; what another page of this browser is typing is left to it. */
async function restoreConcepts(concepten) {
  const held = (await navigator.locks?.query().catch(() => null))?.held.map(({ name }) => name) ?? [];
  const isNew = ({ sleutel }) => sleutel.startsWith(`${model.tafel}-nieuw-`);
  const lost = concepten.filter((one) => isNew(one) && (one.sleutel === newKey() || !held.includes(`pagina-${one.sleutel.split("-nieuw-")[1]}`)));
  const found = [...lost, ...resume(concepten.filter((one) => !isNew(one)))];
  for (const { waarde } of found) putBack(waarde);
  if (!found.length || !(await editor.keep())) return; /* until it is on disk, what it came from is the only copy */
  for (const { sleutel } of found) if (sleutel !== newKey()) await keepConcept(model.tafel, sleutel, null).catch(() => {});
}

/* Each page of this browser has a name, and holds a lock of that name as long as it lives. A reload has the same name; a copy of a tab
   gets another. */
async function namePage() {
  let name = uuid();
  try { name = sessionStorage.getItem("pagina") ?? name; } catch { /* blocked: a new name each time */ }
  const hold = (signal) => new Promise((resolve, reject) => { navigator.locks.request(`pagina-${name}`, { signal }, () => { resolve(); return new Promise(() => {}); }).catch(reject); });
  const end = new AbortController();
  setTimeout(() => end.abort(), 1_000);
  if (navigator.locks) await hold(end.signal).catch(() => { name = uuid(); hold(); });
  try { sessionStorage.setItem("pagina", name); } catch { /* as above */ }
  return name;
}

async function start() {
  beginList({ submit, adjust, takeBack, rondeOf, offer });
  beginPeiling(submit);
  const named = Number(location.hash.slice(1)) || Number(document.body.dataset.tafel) || null;
  if (location.hash) history.replaceState(null, "", location.pathname);
  try {
    page = await namePage();
    const found = await look(named);
    if (found?.tafel) await sitDown(found.tafel, found); else { model.tafel = named; changed(); }
    await restoreConcepts(found?.concepten ?? []);
  } catch {
    Object.assign(model, { kapot: true, tafel: model.tafel ?? named }); /* whatever this browser lacks: what is typed is sent, and says where it is */
    changed();
  }
  document.body.dataset.klaar = "";
  sayEarly();
  beginDevice();
  begin();
  beginWorker();
}

document.body.addEventListener("tafel-gewisseld", ({ detail }) => {
  if (document.body.dataset.klaar !== "") return;
  if (detail.leeg) editor.empty(place().stelling);
  sayEarly();
  restoreConcepts(detail.concepten);
});
/* The QR scanned once more, in a page that opened without a network: the server may be there now. */
addEventListener("hashchange", () => { if (location.pathname === "/t/") location.reload(); });
addEventListener("beforeunload", (event) => { if (early.length || (model.kapot && (waiting().length || editor.inUse || typing().length))) event.preventDefault(); });
document.querySelector("[data-bestand]").addEventListener("click", toFile);
document.querySelector("[data-nu-verzenden]").addEventListener("click", () => refresh());
start();

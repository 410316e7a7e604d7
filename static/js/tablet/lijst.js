/* The notes of this table: what the server has, with what only this tablet has on top. Each says where it is. A note that somebody is
   changing is never touched by what arrives. */
import { Bewerker, nameOfStelling } from "./bewerker.js";
import { button, el, focusIsFree, short, showRows } from "./dom.js";
import { baseOf, bodyOf, isClosed, makeOp, model, refused, views } from "./model.js";
import { keepConcept } from "./opslag.js";

const UNDO = 10_000;
const list = document.querySelector("[data-lijst]"), empty = document.querySelector("[data-leeg]");
const bin = document.querySelector("[data-prullenbak]"), meter = document.querySelector("[data-meter]");
const template = document.querySelector("[data-wijzig-sjabloon]");
const names = JSON.parse(document.getElementById("namen").textContent);
const editing = new Map(), undo = new Map(), known = new Map();
let hands = null; /* {submit(op), adjust(view)} of the page */

export function beginList(page) {
  hands = page;
  /* what the server drew for a browser without JavaScript */
  list.replaceChildren();
  bin.querySelector("ul").replaceChildren();
  document.body.addEventListener("tafel-wisselt", () => {
    editing.clear(); /* their words are on disk, for the table that they belong to */
    for (const timer of undo.values()) clearTimeout(timer);
    undo.clear();
    list.replaceChildren();
  });
}

/* The words of changes that are being typed. */
export const typing = () => [...editing.values()].map(({ field }) => field.value).filter((tekst) => tekst.trim());

const time = (stamp) => (stamp ? new Date(stamp).toLocaleTimeString("nl-NL", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" }) : "");

/* --- one note --- */

function stateOf({ staat, updated_at: updated, uitleg }) {
  if (staat === "verzonden") return ["wolk", `Verzonden ${time(updated)}`];
  if (staat === "wacht") return ["tablet", "Bewaard op deze tablet"];
  if (staat === "versies") return ["let-op", "Twee versies"];
  if (staat === "apart") return ["let-op", `Apart gezet: de organisator kijkt ernaar. ${uitleg ?? ""}`];
  if (staat === "los") return ["let-op", "NIET bewaard – laat dit scherm open en roep de organisator"];
  return ["klok", "Wordt bewaard"];
}

const badge = (tekst, extra = "", icoon) => el("span", { klasse: `badge ${extra}`, icoon, tekst });

function foot(view) {
  const [icoon, tekst] = stateOf(view);
  const earlier = view.bijgesteld && known.get(view.bijgesteld);
  return el("div", { klasse: "notitie__voet" },
    el("span", { klasse: "notitie__staat", icoon, tekst: ` ${tekst}`, data: { staat: view.staat } }),
    badge(names.soort[view.soort] ?? view.soort, "", view.soort),
    el("span", { tekst: nameOfStelling(view.stelling) }),
    view.letterlijk && view.soort !== "quote" && badge("Letterlijk", "", "quote"),
    view.standpunt && badge(names.standpunt[view.standpunt]),
    view.horizon && badge(view.horizon === "horizonjaar" ? String(model.stand?.diner.horizonjaar ?? "later") : names.horizon[view.horizon]),
    ...view.trefwoorden.map((word) => badge(word, "badge--actie")),
    view.te_laat && badge("na de ronde", "badge--let-op"),
    view.gewijzigd && el("span", { tekst: "gewijzigd" }),
    view.apparaat && model.stand && view.apparaat !== model.stand.apparaat && el("span", { tekst: `van tablet ${view.apparaat}` }),
    earlier && !earlier.weg && el("span", { tekst: `stelt bij: “${short(earlier.tekst, 30)}”` }));
}

function actions(view) {
  const name = el("span", { klasse: "visueel-verborgen", tekst: `: ${short(view.tekst, 40)}` });
  const row = el("div", { klasse: "rij" },
    button("Wijzig", "potlood", () => edit(view), { "data-doel": "wijzig" }),
    button("Bijstellen", "bijstellen", () => hands.adjust(view), { "data-doel": "bij" }),
    button("Verwijder", "prullenbak", () => remove(view), { "data-doel": "weg" }));
  for (const one of row.children) one.append(name.cloneNode(true));
  return row;
}

function note(view) {
  const row = el("li", { klasse: `notitie${view.letterlijk ? " notitie--letterlijk" : ""}`, data: { bijdrage: view.id } }, el("p", { klasse: "notitie__tekst", tekst: view.tekst }), foot(view));
  if (view.versies.length) row.append(choice(view));
  else if (isClosed() || view.staat === "versies") return row; /* both texts are on their way */
  else if (view.staat === "apart") row.append(el("div", { klasse: "rij" }, button("Opnieuw opschrijven", "potlood", () => hands.takeBack(view))));
  else row.append(actions(view));
  return row;
}

/* Two devices changed it: both stand here until somebody chooses, or makes one of them. */
function choice(view) {
  const all = [view, ...view.versies];
  const box = el("div", { klasse: "versies", role: "group", "aria-label": "Twee versies: kies er een, of maak er één van" });
  box.append(el("p", { klasse: "zacht", tekst: "Twee tablets wijzigden deze notitie. Kies er een, of maak er één van." }));
  all.forEach((version, index) => box.append(el("div", { klasse: "versie" },
    el("p", { klasse: "notitie__tekst", tekst: version.tekst }),
    button(`${index ? "Kies" : "Houd"} deze${version.apparaat ? ` (tablet ${version.apparaat})` : ""}`, "vink", () => choose(view, version), { "data-doel": `kies-${index}` }))));
  box.append(el("div", { klasse: "rij" }, button("Maak er één van", "samen", () => edit({ ...view, tekst: [...new Set(all.map(({ tekst }) => tekst))].join("\n") }))));
  return box;
}

function choose(view, version) {
  hands.submit(makeOp("edit", { note_id: view.id, base: { base_rev: view.rev }, stelling: version.stelling, ronde: version.ronde, body: bodyOf({ ...view, ...version }) }));
  if (focusIsFree()) focusRow(view.id);
}

/* --- change it in its place --- */

const draftKey = (id) => `${model.tafel}-${id}`;

export function edit(view, draft = null, focus = !draft) {
  if (isClosed() || editing.has(view.id)) return;
  const form = template.content.firstElementChild.cloneNode(true), key = draftKey(view.id);
  const editor = new Bewerker(form, {
    sleutel: () => key,
    onCancel: () => {
      const values = editor.values();
      editor.stop();
      keepConcept(model.tafel, key, null).catch(() => {});
      leave(view.id);
      if (values.tekst !== view.tekst) hands.offer("Je wijziging is niet bewaard.", "Terughalen", () => edit(view, values, true));
    },
    onSave: ({ base_rev, base_op, base_seen, ronde, ...rest }) => {
      const moved = rest.stelling !== view.stelling;
      const op = makeOp("edit", { note_id: view.id, base: { base_rev, base_op, base_seen }, stelling: rest.stelling, ronde: moved ? hands.rondeOf(rest.stelling) : ronde, body: bodyOf(rest) });
      editor.stop();
      leave(view.id); /* at once: a second Enter must not save twice */
      hands.submit(op, key);
    },
  });
  editing.set(view.id, editor);
  editor.fill(draft ?? { ...bodyOf(view), stelling: view.stelling, ronde: view.ronde, ...baseOf(view.id) });
  const row = list.querySelector(`[data-bijdrage="${view.id}"]`);
  if (!row) { editing.delete(view.id); return; }
  row.classList.add("notitie--bezig");
  row.replaceChildren(form);
  if (focus) { editor.field.focus(); editor.field.setSelectionRange(editor.field.value.length, editor.field.value.length); }
}

function leave(id) {
  const editor = editing.get(id), focused = editor?.form.contains(document.activeElement);
  editing.delete(id);
  const row = list.querySelector(`[data-bijdrage="${id}"]`);
  if (row) row.dataset.stand = "";
  render();
  if (focused) focusRow(id); /* the row and no button: who goes on typing presses nothing */
}

function focusRow(id) {
  const row = list.querySelector(`[data-rij="${id}"]`);
  row?.setAttribute("tabindex", "-1");
  row?.focus();
}

/* --- the bin --- */

function remove(view) {
  undo.set(view.id, setTimeout(() => forgetUndo(view.id), UNDO));
  hands.submit(makeOp("delete", { note_id: view.id, base: baseOf(view.id) }));
  render();
  if (focusIsFree()) list.querySelector(`[data-rij="${view.id}"] button`)?.focus();
}

function forgetUndo(id) {
  const focused = list.querySelector(`[data-rij="${id}"]`)?.contains(document.activeElement);
  undo.delete(id);
  render();
  if (focused) document.getElementById("kop-lijst").focus();
}

function restore(view) {
  clearTimeout(undo.get(view.id));
  undo.delete(view.id);
  hands.submit(makeOp("restore", { note_id: view.id, base: baseOf(view.id) }));
  render();
  if (focusIsFree()) list.querySelector(`[data-bijdrage="${view.id}"] [data-doel]`)?.focus();
}

const undoRow = (view) => el("li", { klasse: "melding rij rij--uiteen" }, el("p", { tekst: `Verwijderd: “${short(view.tekst)}”` }), button("Ongedaan maken", "herstel", () => restore(view)));

function binRow(view) {
  const back = button("Terugzetten", "herstel", () => restore(view));
  back.append(el("span", { klasse: "visueel-verborgen", tekst: `: ${short(view.tekst, 40)}` }));
  return el("li", { klasse: "notitie" }, el("p", { klasse: "notitie__tekst zacht", tekst: short(view.tekst, 120) }), !isClosed() && back);
}

function refusedRow({ op, uitleg }) {
  return el("li", { klasse: "notitie" },
    el("p", { klasse: "notitie__tekst", tekst: op.body.tekst ?? (op.kind === "restore" ? "Terugzetten" : "Verwijderen") }),
    el("div", { klasse: "notitie__voet" }, el("span", { icoon: "let-op", tekst: ` Apart gezet: de organisator kijkt naar deze wijziging. ${uitleg ?? ""}` })),
    op.body.tekst && !isClosed() && button("Opnieuw opschrijven", "potlood", () => hands.takeBack({ ...op.body, stelling: op.stelling, op_id: op.op_id })));
}

/* --- all of it --- */

/* What a note looks like follows from these: the rest of it never changes within a revision, nor within an op. */
const signature = (view, closed, device) => [view.tekst, view.rev, view.op_id, view.staat, view.updated_at, view.versies.length, nameOfStelling(view.stelling), known.get(view.bijgesteld)?.tekst, closed, device].join("|");

export function render() {
  const all = views();
  known.clear();
  for (const view of all) known.set(view.id, view);
  const closed = String(isClosed()), device = String(model.stand?.apparaat ?? "");
  const rows = refused().map((record) => [record.op.op_id, "apart", () => refusedRow(record)]);
  for (const view of all) {
    if (!view.weg) rows.push([view.id, signature(view, closed, device), () => note(view)]);
    else if (undo.has(view.id)) rows.push([view.id, "weg", () => undoRow(view)]);
  }
  showRows(list, rows, (row) => editing.has(row.dataset.rij));
  for (const editor of editing.values()) editor.refresh();
  const gone = all.filter(({ weg, id }) => weg && !undo.has(id));
  showRows(bin.querySelector("ul"), gone.map((view) => [view.id, JSON.stringify([view.tekst, closed]), () => binRow(view)]));
  bin.hidden = !gone.length;
  bin.querySelector("[data-aantal]").textContent = String(gone.length);
  const present = all.filter(({ weg }) => !weg);
  empty.hidden = present.length > 0;
  showMeter(present);
}

/* How far this table looks ahead. */
function showMeter(present) {
  meter.hidden = !present.length;
  const ahead = present.filter(({ horizon }) => horizon === "middellang" || horizon === "horizonjaar").length;
  const text = `${ahead} van ${present.length} ${present.length === 1 ? "notitie kijkt" : "notities kijken"} verder dan vandaag`;
  const line = meter.querySelector("span"), bar = meter.querySelector("meter");
  if (line.textContent !== text) line.textContent = text;
  Object.assign(bar, { max: Math.max(1, present.length), value: ahead });
}

/* Drafts of changes that were under way when the page went away; returns those whose note is not there any more. */
export function resume(concepten) {
  render();
  return concepten.filter(({ sleutel, waarde }) => {
    const view = known.get(sleutel.slice(String(model.tafel).length + 1));
    if (!view || view.weg || isClosed()) return true;
    edit(view, waarde);
    return false;
  });
}


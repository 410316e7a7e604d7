/* What this page knows, and what follows from it. The list on the screen = what the server said last, with the ops on top that
   it has not confirmed yet. Nothing in here touches the page. */
import { uuid } from "./opslag.js";

export const model = {
  tafel: null,            /* id of the table that this page writes for */
  stand: null,            /* the last answer of hallo */
  verschil: 0,            /* ms: the server's clock minus this device's; a device may be a day off */
  na: "",                 /* how far the notes of the server were read */
  gezien: null,           /* {epoch, seq}: which life of the database, and how far it had our ops */
  device: "",             /* the id that this device gave itself; empty before its first op */
  notities: new Map(),    /* id → as the server said */
  ops: new Map(),         /* op_id → {op, staat, rev, at, uitleg}; staat: bezig, wacht, los (could not be kept here), verzonden, versies, apart, terug */
  elders: [],             /* ops and concepts of other tables that still wait on this tablet, each with the last {stand} of its table */
  verbonden: false,
  aanmelden: false,       /* the server does not know this device (any more) */
  vertrokken: false,      /* somebody said that this tablet is at another table by now: nothing of that is known before it joins */
  kapot: false,           /* this tablet keeps nothing: say so */
};

const listeners = [];
let planned = false, drawn = null;

export function onChange(listener) { listeners.push(listener); }

/* Tell the page, once for all that changes in this turn. */
export function changed() {
  drawn = null;
  if (planned) return;
  planned = true;
  queueMicrotask(() => { planned = false; for (const listener of listeners) listener(); });
}

const BODY = ["tekst", "soort", "letterlijk", "standpunt", "horizon", "trefwoorden", "bijgesteld"];
export const bodyOf = (thing) => Object.fromEntries(BODY.map((name) => [name, thing[name]]));

/* `base` is what baseOf said; `rewrites` the ops whose words a person writes again with this one. */
export function makeOp(kind, { stelling = null, ronde = null, note_id, base = { base_rev: 0 }, body = {}, rewrites = [] }) {
  const extra = rewrites.length ? { rewrites } : {};
  return { op_id: uuid(), tafel: model.tafel, kind, note_id, ...base, stelling, ronde, client_ts: new Date().toISOString(), body, ...extra };
}

const UNSENT = ["bezig", "wacht", "los"];
/* What the server does not have yet; and of that, what is really on this tablet. */
export const waiting = () => [...model.ops.values()].filter(({ staat }) => UNSENT.includes(staat));
export const kept = () => [...model.ops.values()].filter(({ staat }) => staat === "wacht");
/* Of other tables of this evening: of an earlier one nobody here can do anything with it. */
export const leftBehind = () => model.elders.filter(({ stand }) => stand && stand.diner.id === model.stand?.diner.id);
export const isClosed = () => model.stand?.diner.status === "afgesloten";

/* --- notes --- */

/* Is what this op did part of what the server told us already? */
function isKnown({ op, staat, rev }) {
  return (staat === "verzonden" || staat === "versies") && (model.notities.get(op.note_id)?.rev ?? 0) >= rev;
}

/* The revision that somebody who looks at the note now has seen: what the server showed, or what an own op made of what was seen
   then. Never what the server answered to it: a colleague's words may have come in between, and nobody here has read those. An own
   op may yet be put aside: so with its id (base_op), and what the server had shown to whoever began this row of own ops (base_seen). */
export function baseOf(id) {
  let base = { base_rev: model.notities.get(id)?.rev ?? 0 };
  for (const { op, staat, rev } of model.ops.values()) {
    if (op.note_id !== id || staat === "apart" || staat === "terug" || isKnown({ op, staat, rev })) continue;
    base = { base_rev: op.base_rev + 1, base_op: op.op_id, base_seen: op.base_seen ?? op.base_rev };
  }
  return base;
}

function applyOp(views, record) {
  const { op, staat } = record;
  if (op.kind === "peiling" || staat === "terug" || isKnown(record) || (model.aanmelden && staat === "verzonden")) return;
  if (staat === "apart" && (op.kind !== "create" || views.has(op.note_id))) return;
  let view = views.get(op.note_id);
  if (op.kind === "create" || op.kind === "edit") {
    view = { created_at: "", apparaat: model.stand?.apparaat, ...view, ...op.body, id: op.note_id, stelling: op.stelling, ronde: op.ronde, weg: false, versies: [] };
    view.gewijzigd = view.gewijzigd || op.kind === "edit";
  } else if (view) view = { ...view, weg: op.kind === "delete" };
  if (!view) return;
  view.staat = staat;
  view.created_at ||= record.at ?? "";
  view.updated_at = record.at ?? view.updated_at;
  view.uitleg = record.uitleg;
  view.op_id = op.op_id;
  view.plaats ??= op.seq ?? Infinity;
  views.delete(op.note_id);
  views.set(op.note_id, view);
}

/* Every note of this table as the screen shows it, newest first, bin included. Worked out once between two changes. */
export function views() {
  if (drawn) return drawn;
  const found = new Map(), own = new Map();
  for (const { op } of model.ops.values()) if (op.kind === "create") own.set(op.note_id, op.seq);
  for (const notitie of model.aanmelden ? [] : model.notities.values()) { /* who is nobody here (any more) sees only what is still to be sent */
    found.set(notitie.id, { ...notitie, staat: notitie.versies.length ? "versies" : "verzonden", plaats: own.get(notitie.id), op_id: "" });
  }
  for (const record of model.ops.values()) applyOp(found, record);
  drawn = [...found.values()].sort((one, other) => compare(other.created_at || "9", one.created_at || "9") || compare(other.plaats ?? 0, one.plaats ?? 0));
  return drawn;
}

const compare = (one, other) => (one < other ? -1 : Number(one > other));

/* Edits that the server put aside: their words are still here. */
export function refused() {
  return [...model.ops.values()].filter(({ op, staat }) => staat === "apart" && op.kind !== "peiling" && op.kind !== "create");
}

/* --- where a note belongs --- */

const rondes = () => model.stand?.rondes ?? [];

/* The ronde that is on, its stelling; between rondes the stelling of the last one that began. */
export function place() {
  const ronde = model.stand?.ronde;
  if (ronde?.ronde != null) return { ronde: ronde.ronde, stelling: ronde.stelling ?? null };
  const last = rondes().filter(({ begonnen }) => begonnen).at(-1);
  return { ronde: null, stelling: last?.stelling ?? null };
}

/* A stelling that somebody chose without a network: with the ronde that was planned for it. */
export function plannedPlace(stelling) {
  const here = place();
  if (here.ronde !== null && here.stelling === stelling) return here;
  const about = rondes().filter((ronde) => ronde.stelling === stelling && stelling !== null);
  const ronde = about.filter(({ begonnen }) => begonnen).at(-1) ?? about[0];
  return { ronde: ronde?.id ?? here.ronde, stelling };
}

export const stellingById = (id) => model.stand?.stellingen.find((stelling) => stelling.id === id) ?? null;

/* --- trefwoorden: words that this table and others used already, the likeliest first --- */

export function suggestWords(tekst, stelling, chosen, most = 6) {
  const score = new Map();
  for (const [rank, word] of (model.stand?.trefwoorden ?? []).entries()) score.set(word, 1 / (rank + 2));
  for (const note of views()) {
    if (note.weg) continue;
    for (const word of note.trefwoorden) score.set(word, (score.get(word) ?? 0) + (note.stelling === stelling ? 2 : 1));
  }
  const said = tekst.toLowerCase();
  for (const word of score.keys()) if (said.includes(word.toLowerCase())) score.set(word, score.get(word) + 1000);
  for (const word of chosen) score.delete(word);
  return [...score].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0])).slice(0, most).map(([word]) => word);
}

/* --- peiling --- */

export function peilingOf(stelling, moment) {
  const empty = { eens: 0, oneens: 0, neutraal: 0, staat: "" };
  const known = model.stand?.peilingen.find((one) => one.stelling === stelling && one.moment === moment);
  let found = known ? { ...known, staat: "verzonden" } : empty;
  for (const { op, staat } of model.ops.values()) {
    if (op.kind === "peiling" && op.stelling === stelling && op.body.moment === moment && UNSENT.includes(staat)) found = { ...op.body, staat };
  }
  return found;
}

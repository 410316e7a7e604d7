/* The one sender of this device. It never gives up, never waits for one bad op, and believes only an answer that proves itself:
   200, JSON, our marker, and this very op_id. The page of a hotel's wifi, a redirect, half an answer: still waiting. */
import { changed, isClosed, leftBehind, model, waiting } from "./model.js";
import { forget, inTime, keepGeheugen, keepNotities, load, offerAgain, settle } from "./opslag.js";

const MAX_OPS = 50, MAX_CHARACTERS = 120_000; /* at most 2 bytes a character in JSON: under 256 KB */
const PATIENCE = 20_000, EVERY = 15_000, QUIET = 60_000, FIRST_WAIT = 1_000, MAX_WAIT = 30_000;
const A_MOMENT = 1_000; /* ms between a nudge about an own op and its answer, at most */
const FINAL = { stored: "verzonden", duplicate: "verzonden", conflict: "versies", quarantined: "apart" };
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("denkdiner") : null;
let attempt = 0, timer = 0, resting = false, running = null, again = false, csrf = "", limit = MAX_OPS;
let nudges = 0; /* about the ronde: how many came in */
let says = 0; /* small things that the server heard: an answer that was under way already tells of before them */
let wanted = true; /* somebody wants to know what is on now: an answer that was under way already does not count */
let behind = false; /* the disk thinks still of a life of the database that is over */
let looks = 0; /* how often the disk was asked for all there is: only what was asked last may come late */
let tidy = false; /* after the end nothing is left on the disk of what the server has */
let trusted = -Infinity, helloed = -Infinity, drift = 0; /* by performance.now(): a clock that is set back must not stop time */

const clockMoved = () => Math.abs(Date.now() - performance.now() - drift) > 2_000;

/* Other pages of this table on this device look again at what is kept. */
export function tellTabs() { tabs?.postMessage({ tafel: model.tafel }); }

/* --- asking, and believing --- */

/* A socket of which the other side has gone would hold up the sender for ever. By hand: AbortSignal.timeout is younger than many a tablet. */
function ask(path, options = {}) {
  const end = new AbortController(), timer = setTimeout(() => end.abort(), PATIENCE);
  return answerOf(path, { cache: "no-store", redirect: "error", credentials: "same-origin", signal: end.signal, ...options }).finally(() => clearTimeout(timer));
}

async function answerOf(path, options) {
  const response = await fetch(path, options);
  if (!(response.headers.get("Content-Type") ?? "").startsWith("application/json")) return { status: response.status, data: null };
  const data = await response.json().catch(() => null);
  return { status: response.status, data: data?.denkdiner === 1 ? data : null };
}

function believe() {
  trusted = performance.now();
  if (!model.verbonden || model.aanmelden) { model.verbonden = true; model.aanmelden = false; changed(); }
}

function lost() {
  if (!model.verbonden) return;
  model.verbonden = false;
  changed();
}

/* True when the answer says that this device is nobody here (any more). */
function signedOff({ status, data }) {
  if (status !== 401 || data?.fout !== "aanmelden") return false;
  trusted = performance.now();
  if (!model.aanmelden) { model.aanmelden = true; changed(); }
  return true;
}

async function post(path, data) {
  const options = () => ({ method: "POST", body: JSON.stringify(data), headers: { "Content-Type": "application/json", "X-CSRFToken": csrf } });
  if (!csrf) await hello();
  let answer = await ask(path, options());
  if (answer.status === 403) { await hello(); answer = await ask(path, options()); } /* somebody signed in in another tab */
  return answer;
}

/* --- hallo: who are we, what is on, is it still the same database --- */

export function remember() {
  if (model.tafel === null || behind) return null;
  return keepGeheugen(model.tafel, { stand: model.stand, verschil: model.verschil, gezien: model.gezien }).catch(() => {});
}

async function hello() {
  const { device } = model, before = nudges, said = says;
  wanted = false;
  const answer = await ask(`/sync/hallo?wacht=${waiting().length + leftBehind().length}&device=${device}`).catch((error) => { wanted = true; throw error; });
  if (signedOff(answer) || answer.status !== 200 || !answer.data) { wanted = true; return false; }
  const { data } = answer;
  csrf = data.csrf;
  if (model.vertrokken) return true; /* what is still here may go; this page is of no table until it joins one */
  helloed = performance.now();
  drift = Date.now() - helloed;
  const moved = model.tafel !== data.tafel.id;
  if (moved) await sitDown(data.tafel.id);
  if (nudges !== before) { /* a nudge came while this answer was made, which may tell of what was before it: ask again */
    if (model.stand && !moved) { data.ronde = model.stand.ronde; data.diner.status = model.stand.diner.status; }
    refresh({ patient: true });
  }
  if (says !== said && model.stand && !moved) { data.hulp = model.stand.hulp; refresh({ patient: true }); }
  model.stand = data;
  model.verschil = Date.parse(data.now) - Date.now();
  const reborn = await lookForAnotherLife(data, device);
  believe();
  changed();
  remember();
  if (moved || reborn) fetchNotities();
  return true;
}

/* What is kept of a table, or null when the disk fails or takes too long. Should it come after all, it joins what is in the page by then. */
export async function look(tafel) {
  const mine = looks += 1;
  try { return await inTime(load(tafel)); } catch (error) {
    model.kapot = true;
    error.alsnog?.then((found) => (mine === looks ? joinLate(found) : null)).catch(() => {});
    return null;
  }
}

async function joinLate(found) {
  if (model.tafel === null && found.tafel) await sitDown(found.tafel, found);
  else if (found.tafel === model.tafel) {
    const own = [...model.ops], newer = ({ id, rev }) => rev > (model.notities.get(id)?.rev ?? 0);
    model.ops = new Map([...found.ops.map((record) => [record.op_id, record]), ...own]); /* in the order in which they were typed */
    for (const notitie of found.notities) if (newer(notitie)) model.notities.set(notitie.id, notitie);
    model.elders = found.elders;
    model.device ||= found.apparaat?.device_id ?? "";
    const life = model.gezien, before = found.geheugen?.gezien;
    if (life && before) { model.gezien = before; await lookForAnotherLife(life, model.device); }
    document.body.dispatchEvent(new CustomEvent("tafel-gewisseld", { detail: { concepten: found.concepten, leeg: false } }));
  }
  document.body.dispatchEvent(new CustomEvent("schijf-werkt"));
  kick();
}

/* This device is at a table that this page did not know of yet. */
export async function sitDown(tafel, known = null) {
  const kept = known ?? await look(tafel), leeg = model.tafel !== null; /* what was typed before any table was known is for this one */
  document.body.dispatchEvent(new CustomEvent("tafel-wisselt")); /* what is being typed is put on disk, for the table it was typed for */
  model.tafel = kept?.tafel ?? tafel;
  model.stand = kept?.geheugen?.stand ?? null;
  model.verschil = kept?.geheugen?.verschil ?? 0;
  model.na = kept?.tot?.na ?? "";
  tidy = behind = false;
  model.gezien = kept?.geheugen?.gezien ?? null;
  model.device = kept?.apparaat?.device_id ?? model.device;
  fillFrom(kept);
  document.body.dispatchEvent(new CustomEvent("tafel-gewisseld", { detail: { concepten: kept?.concepten ?? [], leeg } }));
  changed();
}

function fillFrom(kept) {
  model.notities = new Map((kept?.notities ?? []).map((notitie) => [notitie.id, notitie]));
  const busy = [...model.ops.values()].filter(({ staat, op }) => ["bezig", "los"].includes(staat) && op.tafel === model.tafel);
  model.ops = new Map((kept?.ops ?? []).map((record) => [record.op_id, record]));
  for (const record of busy) if (!model.ops.has(record.op.op_id)) model.ops.set(record.op.op_id, record);
  model.elders = kept?.elders ?? [];
}

/* A backup was put back: the server may have lost what it had confirmed. Everything that is still here is offered again. */
async function lookForAnotherLife({ epoch, seq }, device) {
  const seen = model.gezien;
  const other = Boolean(seen) && (seen.epoch !== epoch || (device !== "" && seq < seen.seq));
  if (other) {
    behind = true;
    for (const record of model.ops.values()) if (!["bezig", "los", "terug"].includes(record.staat)) record.staat = "wacht";
    model.notities.clear();
    model.na = "";
  }
  model.gezien = { epoch, seq: other ? seq : Math.max(seq, seen?.seq ?? 0) };
  /* on disk they still look sent: as long as that is so, the new life is not written there either */
  if (behind) behind = !(await offerAgain(model.tafel).then(() => true, () => false));
  return other;
}

/* --- ops --- */

function nextBatch(passed) {
  const batch = [];
  let size = 0;
  for (const { op, staat } of model.ops.values()) {
    if (!["wacht", "los"].includes(staat) || passed.has(op.op_id) || passed.has(op.note_id)) continue;
    size += (op.body.tekst?.length ?? 0) + 1_000;
    if (batch.length && (batch.length >= limit || size > MAX_CHARACTERS)) break;
    batch.push(op);
  }
  return batch;
}

/* An op that has to come again holds up what was typed after it on the same note, and nothing else. */
function pass(passed, op) {
  passed.add(op.op_id);
  if (op.note_id) passed.add(op.note_id);
}

/* Send until nothing waits. True: done; false: some of it later; throws when nobody answers. */
async function sendAll() {
  const passed = new Set();
  for (;;) {
    const batch = nextBatch(passed);
    if (!batch.length) return passed.size === 0;
    const answer = await postOps(batch);
    if (signedOff(answer)) return true; /* nothing to do until somebody scans the QR again */
    if (answer.status === 200 && answer.data) {
      await take(batch, answer.data, passed);
      limit = MAX_OPS;
    } else if (answer.status === 409 && answer.data) {
      const { tafel } = model;
      if (!(await hello()) || model.tafel === tafel) throw new Error("another table?");
    } else if ([400, 413, 500].includes(answer.status)) {
      if (batch.length > 1) limit = 1; else pass(passed, batch[0]);
    } else throw new Error("no answer of ours");
  }
}

/* A batch that does not come through is offered in smaller parts. */
async function postOps(batch) {
  try {
    return await post("/sync/ops", { protocol: 1, tafel: batch[0].tafel, ops: batch });
  } catch (error) {
    limit = Math.max(1, Math.floor(limit / 2));
    throw error;
  }
}

async function take(batch, data, passed) {
  const sent = new Map(batch.map((op) => [op.op_id, op]));
  const results = [];
  for (const { op_id, verdict, rev, uitleg } of data.verdicts ?? []) {
    if (!sent.has(op_id)) continue;
    if (FINAL[verdict]) results.push({ op_id, staat: FINAL[verdict], rev: rev ?? 0, at: data.now, uitleg: uitleg ?? "" });
    else pass(passed, sent.get(op_id));
    sent.delete(op_id);
  }
  for (const op of sent.values()) pass(passed, op); /* no word about it: ask again later */
  await settle(results).catch(() => {}); /* then it is only sent once more */
  for (const { op_id, ...result } of results) settleHere(op_id, result);
  if (data.epoch !== model.gezien?.epoch) wanted = true; /* another life began between hallo and this */
  believe();
  changed();
  tellTabs();
  if (results.some(({ staat }) => staat === "versies")) fetchNotities(); /* both texts have to be seen */
}

/* Ops of other tables, to the organiser of this evening: kept apart there, with the table for which they were typed. One by one, so that none
   holds up the rest. True: all of them are. */
export async function handOver(ops) {
  const passed = new Set();
  try {
    for (const op of ops) {
      const answer = await post("/sync/ops", { protocol: 1, tafel: model.tafel, ops: [op] });
      if (answer.status === 200 && answer.data) await take([op], answer.data, passed);
      else if ([400, 413, 500].includes(answer.status)) pass(passed, op);
      else return false;
    }
    model.elders = (await inTime(load(model.tafel))).elders;
  } catch { return false; }
  changed();
  return !passed.size;
}

function settleHere(op_id, result) {
  const record = model.ops.get(op_id);
  if (!record) return;
  Object.assign(record, result);
  record.klaar?.();
  const { op } = record;
  if (["verzonden", "versies"].includes(result.staat) && model.gezien) model.gezien.seq = Math.max(model.gezien.seq, op.seq ?? 0);
  if (op.kind === "peiling" && result.staat === "verzonden" && model.stand) {
    const others = model.stand.peilingen.filter((one) => one.stelling !== op.stelling || one.moment !== op.body.moment);
    model.stand.peilingen = [...others, { stelling: op.stelling, ...op.body }];
  }
}

/* --- the notes of this table --- */

let fetching = null, fetchAgain = false;

export function fetchNotities() {
  if (model.vertrokken) return null;
  fetchAgain = true;
  fetching ??= (async () => {
    while (fetchAgain) {
      fetchAgain = false;
      const answer = await ask(`/sync/notities?na=${encodeURIComponent(model.na)}`).catch(() => null);
      if (!answer || signedOff(answer) || answer.status !== 200 || !answer.data) break;
      const { data } = answer, whole = model.na === "";
      believe();
      if (data.tafel !== model.tafel || (model.gezien && data.epoch !== model.gezien.epoch)) { refresh(); break; }
      const fresh = data.notities.filter((notitie) => isNews(notitie));
      for (const notitie of fresh) model.notities.set(notitie.id, notitie);
      const keep = whole ? data.notities : fresh;
      if (fresh.length) changed();
      /* what is not kept here is asked for again: of a diner that is closed and may be opened, or on a full disk, that is all of it */
      model.na = isClosed() ? "" : data.na;
      if (keep.length && !isClosed()) keepNotities(model.tafel, keep, data.na).catch(() => { model.na = ""; });
    }
  })().finally(() => { fetching = null; });
  return fetching;
}

const isNews = (notitie) => {
  const known = model.notities.get(notitie.id);
  return !known || notitie.rev > known.rev || notitie.versies.length !== known.versies.length;
};

/* Is what this nudge tells of here already? Most are about an own note: its words are in the op, its revision was in the answer. But of
   one that came after its ronde only the server knows that it is late. */
function isHere({ bijdrage, rev }) {
  if ((model.notities.get(bijdrage)?.rev ?? 0) >= rev) return true;
  return [...model.ops.values()].some(({ op, staat, rev: own }) => op.note_id === bijdrage && staat === "verzonden" && own >= rev && isInTime(op));
}

const isInTime = ({ ronde }) => ronde === null || ronde === model.stand?.ronde?.ronde;
/* An own op on this note is under way: its answer may come after the nudge. */
const isOnItsWay = ({ bijdrage }) => waiting().some(({ op }) => op.note_id === bijdrage);

/* --- when --- */

/* True: nothing is left; false: something has to come again; throws when nobody answers. */
async function round() {
  if (!csrf || wanted || performance.now() - helloed > QUIET || clockMoved() || !model.stand) await hello();
  const done = model.aanmelden || !waiting().length || await lock(sendAll);
  if (!isClosed()) tidy = false;
  else if (!tidy && !waiting().length) await cleanUp();
  return done;
}

/* What is still on the screen stays there; the next page asks the server for it. */
async function cleanUp() {
  if (model.tafel === null) return;
  model.na = "";
  tidy = true;
  await forget(model.tafel).catch(() => { tidy = false; });
}

const lock = (work) => (navigator.locks ? navigator.locks.request(`denkdiner-${model.tafel}`, work) : work());

/* Now, if it can be; with back-off (full jitter) when it could not, which who is patient waits for: a room full of tablets must not come
   back at once. Safe to call as often as you like. */
export function kick({ patient = false } = {}) {
  if (patient && resting) return running;
  if (!patient) attempt = 0;
  resting = false;
  again = true;
  clearTimeout(timer);
  running ??= (async () => {
    let failed = false;
    while (again) {
      again = false;
      try { failed = !(await round()); } catch { failed = true; lost(); }
    }
    if (document.body.dataset.live !== "open" && performance.now() - trusted > EVERY) lost();
    attempt = failed ? attempt + 1 : 0;
    const wait = failed ? Math.min(MAX_WAIT, FIRST_WAIT * 2 ** attempt) : EVERY;
    resting = failed;
    timer = setTimeout(() => { resting = false; kick({ patient: true }); }, failed ? FIRST_WAIT / 2 + Math.random() * wait : wait);
  })().finally(() => { running = null; if (again) kick(); });
  return running;
}

/* Ask who we are and what is on, whatever was known. */
export function refresh(how) { wanted = true; return kick(how); }

/* A small thing to say that is no op: {data} of the answer, or null when it was not heard. */
export async function say(path, data) {
  try {
    const answer = await post(path, data);
    if (signedOff(answer) || answer.status !== 200 || !answer.data) return null;
    says += 1;
    believe();
    return answer.data;
  } catch { lost(); return null; }
}

export function begin() {
  tabs?.addEventListener("message", async ({ data }) => {
    if (data?.tafel !== model.tafel) return;
    const found = await inTime(load(model.tafel)).catch(() => null);
    if (found?.tafel !== model.tafel) return; /* meanwhile this page went to another table, or nothing could be read */
    fillFrom(found);
    changed();
  });
  const body = document.body;
  addEventListener("online", () => kick());
  addEventListener("offline", lost);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) kick(); });
  body.addEventListener("live-connected", () => { believe(); refresh(); fetchNotities(); });
  body.addEventListener("live-poll", () => { refresh({ patient: true }); if (!resting) fetchNotities(); });
  body.addEventListener("live-refused", () => refresh());
  let soon = 0;
  const later = (work) => () => { clearTimeout(soon); soon = setTimeout(work, 150 * Math.random() + 50); };
  for (const type of ["bijdrage-added", "bijdrage-changed"]) body.addEventListener(type, ({ detail }) => {
    if (isOnItsWay(detail)) setTimeout(() => { if (!isHere(detail)) fetchNotities(); }, A_MOMENT); else if (!isHere(detail)) fetchNotities();
  });
  for (const type of ["tafel-changed", "bericht-changed", "programma-changed"]) body.addEventListener(type, later(refresh));
  body.addEventListener("ronde-changed", ({ detail }) => {
    nudges += 1;
    if (!model.stand) { refresh(); return; }
    const rondes = model.stand.rondes.map((ronde) => (ronde.id === detail.ronde ? { ...ronde, begonnen: true } : ronde));
    model.stand = { ...model.stand, ronde: detail, rondes, diner: { ...model.stand.diner, status: detail.status } };
    model.verschil = Date.parse(detail.now) - Date.now();
    changed();
    remember();
    if (isClosed()) kick();
  });
  kick();
  fetchNotities();
}

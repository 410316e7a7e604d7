/* The note editor. Enter saves, Shift+Enter makes a new line. Saving empties the field at once, before anything is awaited,
   so a fast typist never waits and never loses a letter; the note stands in "data-wachtend" until the server has proven that
   it stored exactly this note. Notes are sent one by one, in the order in which they were saved.
   What is typed but not saved, and what is saved but not proven, stands in localStorage and survives a reload: a note under
   its own key and with its own ids, so that two tabs of one table never overwrite each other and nothing doubles. */
const form = document.querySelector("[data-noteer]");
const queue = document.querySelector("[data-wachtend]");
const template = document.querySelector("[data-wachtend-sjabloon]");
const field = form?.elements.tekst;
const draftKey = form && `concept-${form.dataset.tafel}`;
const queueKey = `${draftKey}-wacht-`;
const HIDDEN = ["csrfmiddlewaretoken", "bijdrage_id", "op_id"];
const MAX_WAIT = 30_000, PATIENCE = 20_000;
const jobs = new Set();
let touchedStelling = false, pumping = false, again = false, wait = 1000, timer = 0;

const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));
/* Signing in in another tab gives this browser another secret: what stood in the page when it was made is worth nothing then. */
const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";

function keep(key, value) {
  try { value ? localStorage.setItem(key, JSON.stringify(value)) : localStorage.removeItem(key); return true; } catch { return false; /* blocked or full: the page itself still holds it */ }
}

function kept(key) {
  let text = null;
  try { text = localStorage.getItem(key); return JSON.parse(text); } catch { return text; }
}

/* --- the editor --- */

function remember() {
  keep(draftKey, field.value && [...new FormData(form)].filter(([name]) => !HIDDEN.includes(name)));
}

function restoreDraft() {
  const draft = kept(draftKey);
  if (field.value || !draft) return;
  if (!Array.isArray(draft)) { field.value = draft; return; }
  refill(draft);
}

function refill(entries) {
  for (const [name, value] of entries) if (!HIDDEN.includes(name)) fill(form.elements[name], value);
}

function fill(control, value) {
  if (!control) return;
  if (control.type === "checkbox") control.checked = true;
  else if (control.tagName !== "SELECT" || [...control.options].some((option) => option.value === value)) control.value = value;
}

function freshIds() {
  form.elements.bijdrage_id.value = uuid();
  form.elements.op_id.value = uuid();
}

function emptyEditor() {
  form.reset();
  field.value = "";
  form.elements.letterlijk.checked = false;
  for (const name of ["soort", "standpunt", "horizon"]) form.elements[name].value = name === "soort" ? "inzicht" : "";
  for (const name of ["trefwoorden", "bijgesteld"]) form.elements[name].value = "";
  for (const error of form.querySelectorAll(".veld__fout, .melding--fout")) error.remove();
  freshIds();
  remember();
  touchedStelling = false; /* a choice holds for one note */
  follow();
}

/* The editor follows the ronde only while nobody is using it. */
function follow() {
  const place = document.querySelector("#ronde-kop [data-plek]");
  if (place && !field.value && !touchedStelling) {
    form.elements.ronde.value = place.dataset.ronde;
    form.elements.stelling.value = place.dataset.stelling;
  }
  sayWhere();
}

function sayWhere() {
  const choice = form.elements.stelling.selectedOptions[0];
  const text = choice?.value ? choice.text.split(":")[0] : "Algemeen";
  const place = form.querySelector("[data-komt-bij]");
  if (place.textContent !== text) place.textContent = text;
}

/* A closed diner takes no notes: the editor goes away, what still stands in it can be read and copied. */
function openOrClose() {
  const closed = Boolean(document.querySelector("#ronde-kop [data-gesloten]"));
  form.toggleAttribute("data-dicht", closed);
  form.hidden = closed && !field.value;
  field.readOnly = closed;
}

/* The notes to adjust: those in the list, newest first, and the one that is chosen already. */
function offerEarlier() {
  const select = form.elements.bijgesteld, chosen = select.value;
  const notes = [...document.querySelectorAll("#bijdrage-list [data-bijdrage]")].map((note) => new Option(note.querySelector(".notitie__tekst").textContent.slice(0, 60), note.dataset.bijdrage));
  const others = [...select.options].filter((option) => !option.value || (option.value === chosen && !notes.some((note) => note.value === chosen)));
  const wanted = [...others, ...notes], named = (options) => JSON.stringify([...options].map((option) => [option.value, option.text]));
  if (named(wanted) === named(select.options)) return;
  select.replaceChildren(...wanted);
  select.value = chosen;
}

/* --- the queue --- */

function save() {
  if (form.hasAttribute("data-dicht")) return;
  if (!field.value.trim()) { field.focus(); return; }
  const body = new FormData(form);
  body.delete("csrfmiddlewaretoken");
  const job = enqueue({ body: [...body], at: Date.now() });
  keepJob(job);
  emptyEditor();
  field.focus();
  state(job, "Wordt verzonden");
  pump();
}

function enqueue({ body, at, refused = "" }) {
  const item = template.content.firstElementChild.cloneNode(true);
  const job = { body, at, refused, item, kept: false, id: value(body, "bijdrage_id"), tekst: value(body, "tekst") };
  item.querySelector("[data-tekst]").textContent = job.tekst;
  item.querySelector("[data-nogmaals]").addEventListener("click", () => { job.refused = ""; state(job, "Wordt verzonden"); pump(); });
  item.querySelector("[data-terug]").addEventListener("click", () => takeBack(job));
  queue.prepend(item);
  jobs.add(job);
  return job;
}

function value(body, name) {
  return body.find(([key]) => key === name)?.[1] ?? "";
}

function keepJob(job) {
  job.kept = keep(queueKey + job.id, { body: job.body, at: job.at, refused: job.refused });
}

function restoreQueue() {
  let found = [];
  try { found = Object.keys(localStorage).filter((key) => key.startsWith(queueKey)).map(kept); } catch { /* blocked storage */ }
  for (const job of found.filter((one) => Array.isArray(one?.body)).sort((one, other) => one.at - other.at)) {
    const restored = enqueue(job);
    restored.kept = true;
    if (restored.refused) refuse(restored, restored.refused);
  }
}

function state(job, text) {
  const place = job.item.querySelector("[data-staat]");
  if (place.textContent !== text) place.textContent = text;
}

function takeBack(job) {
  if (field.value) field.value += `\n${job.tekst}`;
  else refill(job.body);
  remember();
  finish(job);
  openOrClose();
  field.focus();
}

function finish(job) {
  jobs.delete(job);
  keep(queueKey + job.id, null);
  job.item.remove();
}

/* One at a time, the oldest first. A refused note is passed over; without a network, or a server, the rest waits behind it. */
async function pump() {
  again = true;
  if (pumping) return;
  pumping = true;
  clearTimeout(timer);
  while (again) {
    again = false;
    for (const job of jobs) if (!job.refused && !(await send(job))) break;
  }
  pumping = false;
  const waiting = [...jobs].filter((job) => !job.refused);
  for (const job of waiting) {
    state(job, "Nog niet verzonden. We proberen het steeds opnieuw; laat dit scherm open.");
    job.item.querySelector("[data-nogmaals]").hidden = false;
  }
  wait = waiting.length ? Math.min(wait * 2, MAX_WAIT) : 1000;
  if (waiting.length) timer = setTimeout(pump, Math.random() * wait);
}

/* Returns whether it makes sense to send the next one now. */
async function send(job) {
  const body = new FormData();
  for (const [name, text] of job.body) body.append(name, text);
  let response = null, answer = "";
  try {
    response = await fetch(form.action, { method: "POST", body, redirect: "error", signal: AbortSignal.timeout?.(PATIENCE), headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() } });
    if (response.status === 422) answer = await response.text();
  } catch { return false; /* no network, or an answer that is not ours: the note stays and is sent again */ }
  if (response.status === 200 && response.headers.get("X-Denkdiner-Opgeslagen") === job.id) {
    finish(job);
    document.body.dispatchEvent(new CustomEvent("bijdrage-added", { detail: { bijdrage: job.id } }));
  } else if (response.status === 422) {
    refuse(job, new DOMParser().parseFromString(answer, "text/html").body.textContent.trim() || "Probeer het opnieuw.");
    keepJob(job);
  } else if (response.status === 401) {
    refuse(job, "Opnieuw aanmelden: scan de QR-code op je tafel.", true); /* not kept as refused: after signing in it is sent */
  }
  return ![403, 429, 502, 503, 504].includes(response.status);
}

function refuse(job, text, mayRetry = false) {
  job.refused = text;
  state(job, `⚠ Niet opgeslagen. ${text}`);
  job.item.querySelector("[data-terug]").hidden = false;
  job.item.querySelector("[data-nogmaals]").hidden = !mayRetry;
}

/* --- the list: where the focus goes when the button that was pressed is gone --- */

function moveFocus(event) {
  const next = event.detail.requestConfig?.elt?.dataset?.focusNa;
  if (next && document.activeElement === document.body) document.getElementById(next)?.focus();
}

for (const area of document.querySelectorAll(".noteer textarea")) {
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); area.form.requestSubmit(); }
  });
}

if (form) {
  freshIds();
  restoreDraft();
  restoreQueue();
  follow();
  openOrClose();
  offerEarlier();
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  form.addEventListener("input", remember);
  form.elements.stelling.addEventListener("change", () => { touchedStelling = true; sayWhere(); });
  document.body.addEventListener("ronde-changed", () => { touchedStelling = false; });
  document.body.addEventListener("htmx:afterSettle", (event) => { follow(); openOrClose(); offerEarlier(); moveFocus(event); });
  document.body.addEventListener("live-connected", () => { if (jobs.size) pump(); });
  addEventListener("online", () => { if (jobs.size) pump(); });
  addEventListener("storage", ({ key, newValue }) => { for (const job of jobs) if (key === queueKey + job.id && newValue === null) finish(job); });
  addEventListener("beforeunload", (event) => { if ([...jobs].some((job) => !job.kept)) event.preventDefault(); });
  if (jobs.size) pump();
}

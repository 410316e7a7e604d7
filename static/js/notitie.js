/* The note editor. Enter saves, Shift+Enter makes a new line. Saving empties the field at once, before anything is awaited,
   so a fast typist never waits and never loses a letter; the note stands in "data-wachtend" as its own little job until the
   server has proven that it stored exactly this note. What is typed but not saved survives a reload of the page. */
const form = document.querySelector("[data-noteer]");
const queue = document.querySelector("[data-wachtend]");
const template = document.querySelector("[data-wachtend-sjabloon]");
const field = form?.elements.tekst;
const draftKey = form && `concept-${form.dataset.tafel}`;
const jobs = new Set();
let touchedStelling = false;

const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

function remember() {
  try { field.value ? localStorage.setItem(draftKey, field.value) : localStorage.removeItem(draftKey); } catch { /* blocked storage: the field itself still holds it */ }
}

function freshIds() {
  form.elements.bijdrage_id.value = uuid();
  form.elements.op_id.value = uuid();
}

function emptyEditor() {
  const stelling = form.elements.stelling.value, ronde = form.elements.ronde.value;
  form.reset();
  form.elements.stelling.value = stelling;
  form.elements.ronde.value = ronde;
  field.value = "";
  form.elements.letterlijk.checked = false;
  for (const name of ["soort", "standpunt", "horizon"]) for (const radio of form.querySelectorAll(`[name=${name}]`)) radio.checked = radio.value === (name === "soort" ? "inzicht" : "");
  for (const error of form.querySelectorAll(".veld__fout, .melding--fout")) error.remove();
  freshIds();
  remember();
}

function state(job, text) {
  const place = job.item.querySelector("[data-staat]");
  if (place.textContent !== text) place.textContent = text;
}

function save() {
  if (!field.value.trim()) { field.focus(); return; }
  const body = new FormData(form);
  const item = template.content.firstElementChild.cloneNode(true);
  const job = { body, item, id: body.get("bijdrage_id"), wait: 1000, timer: 0, busy: false };
  item.querySelector("[data-tekst]").textContent = body.get("tekst");
  item.querySelector("[data-nogmaals]").addEventListener("click", () => send(job));
  item.querySelector("[data-terug]").addEventListener("click", () => takeBack(job));
  queue.prepend(item);
  jobs.add(job);
  emptyEditor();
  field.focus();
  send(job);
}

function takeBack(job) {
  field.value = [field.value, job.body.get("tekst")].filter(Boolean).join("\n");
  finish(job);
  remember();
  field.focus();
}

function finish(job) {
  clearTimeout(job.timer);
  jobs.delete(job);
  job.item.remove();
}

async function send(job) {
  if (job.busy || !jobs.has(job)) return;
  job.busy = true;
  clearTimeout(job.timer);
  state(job, "Wordt verzonden");
  let response = null;
  try {
    response = await fetch(form.action, { method: "POST", body: job.body, redirect: "error", headers: { "HX-Request": "true", "X-CSRFToken": job.body.get("csrfmiddlewaretoken") } });
  } catch { /* no network, or an answer that is not ours: the note stays and is sent again */ }
  job.busy = false;
  if (response?.status === 200 && response.headers.get("X-Denkdiner-Opgeslagen") === job.id) {
    document.body.dispatchEvent(new CustomEvent("bijdrage-added", { detail: { bijdrage: job.id } }));
    finish(job);
    return;
  }
  if (response?.status === 422) return refuse(job, await response.text());
  if (response?.status === 401) return refuse(job, "Opnieuw aanmelden: scan de QR-code op je tafel.", true);
  state(job, "Nog niet verzonden. We proberen het steeds opnieuw; laat dit scherm open.");
  job.item.querySelector("[data-nogmaals]").hidden = false;
  job.wait = Math.min(job.wait * 2, 30_000);
  job.timer = setTimeout(() => send(job), Math.random() * job.wait);
}

function refuse(job, html, again = false) {
  const text = new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
  state(job, `⚠ Niet opgeslagen. ${text}`);
  job.item.querySelector("[data-terug]").hidden = false;
  job.item.querySelector("[data-nogmaals]").hidden = !again;
}

/* The editor follows the ronde only while nobody is using it. */
function follow() {
  if (field.value || touchedStelling) return;
  const place = document.querySelector("#ronde-kop [data-plek]");
  form.elements.ronde.value = place?.dataset.ronde ?? "";
  if (place?.dataset.stelling) form.elements.stelling.value = place.dataset.stelling;
}

if (form) {
  try { if (!field.value) field.value = localStorage.getItem(draftKey) ?? ""; } catch { /* blocked storage */ }
  freshIds();
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); save(); }
  });
  field.addEventListener("input", remember);
  form.elements.stelling.addEventListener("change", () => { touchedStelling = true; });
  document.body.addEventListener("ronde-changed", () => { touchedStelling = false; });
  document.body.addEventListener("htmx:afterSettle", follow);
  document.body.addEventListener("live-connected", () => { for (const job of jobs) if (job.timer) send(job); });
  addEventListener("online", () => { for (const job of jobs) if (job.timer) send(job); });
  addEventListener("beforeunload", (event) => { if (jobs.size) event.preventDefault(); });
}

/* The inbox by keyboard: one note is current (aria-current, and the only one in the tab order), one key puts it somewhere, and the next
   one is there at once. Steps are sent one after the other, however fast they are typed; a step that the server refuses brings its note
   back. What stands in the list comes from the server, and is asked for again when nothing is on its way. */
const bar = document.querySelector("[data-inbox]"), list = document.getElementById("inbox-list");
const line = bar.querySelector("[data-melding]"), switched = bar.querySelector("[data-toetsen]");
const gone = new Set(); /* notes that were dealt with, until the list has come that knows it */
let onRow = false; /* was the focus on a note before the swap? Then it stays there; who is elsewhere is left alone */
let current = null, place = 0, last = null, wanted = null, busy = 0, chain = Promise.resolve(), others = "";

const rows = () => [...list.querySelectorAll("[data-notitie]")].filter((row) => !gone.has(row.dataset.notitie));
const rowOf = (id) => list.querySelector(`[data-notitie="${id}"]`);
const draadOf = (pk) => list.querySelector(`[data-draad="${pk}"]`);

function say(text, wrong = false) {
  line.textContent = text;
  line.toggleAttribute("data-fout", wrong);
}

/* --- which note --- */

function mark(row, focus = true, options = {}) {
  for (const old of list.querySelectorAll("[aria-current]")) { old.removeAttribute("aria-current"); old.tabIndex = -1; }
  current = row?.dataset.notitie ?? null;
  if (!row) return;
  place = rows().indexOf(row);
  row.setAttribute("aria-current", "true");
  row.tabIndex = 0;
  if (focus) row.focus(options);
}

function move(by) {
  const all = rows();
  if (all.length) mark(all[Math.max(0, Math.min(all.length - 1, place + by))]);
}

/* After every swap: the same note, or the one that stands in its place now. Not by a class: htmx still puts that of the answer back. */
function again() {
  for (const id of gone) rowOf(id)?.toggleAttribute("data-weg", true);
  const all = rows(), back = wanted && rowOf(wanted); /* a list from before the step does not have it yet */
  if (back) wanted = null;
  const same = current && !gone.has(current) ? rowOf(current) : null;
  mark(back ?? same ?? all[Math.min(place, all.length - 1)], onRow, { preventScroll: true });
  const news = list.querySelector("[data-anderen]").textContent;
  if (news && news !== others && !("fout" in line.dataset)) say(news); /* why a step was refused matters more */
  others = news;
}

/* --- steps --- */

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";

const REFUSED = { 0: "Meld je opnieuw aan: deze stap is niet opgeslagen.", 403: "Meld je opnieuw aan: deze stap is niet opgeslagen.", 404: "Deze notitie of rode draad is er niet meer." };

async function post(url, data) {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(data), redirect: "manual", headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), found = page.querySelector(".melding");
  if (!found && !REFUSED[answer.status]) throw new Error("no answer of ours");
  return { ok: answer.ok && Boolean(found), text: found?.textContent ?? REFUSED[answer.status], note: found?.dataset.bijdrage, vraag: found?.dataset.vraag };
}

function send(url, data, { leaves = null, then = () => {} } = {}) {
  busy += 1;
  bar.dataset.bezig = "";
  delete list.dataset.vers; /* a list that is on its way does not know of this step */
  chain = chain.then(async () => {
    const { ok, text, note, vraag } = await post(url, data);
    say(text, !ok);
    if (ok) then(note); else refused(leaves);
    if (vraag) ask("reden", ({ reden }, done) => { done(); send(url, { ...data, reden }, { leaves, then }); }, text);
  }).catch(() => {
    say("Geen verbinding: deze stap is niet opgeslagen.", true);
    refused(leaves);
  }).finally(() => {
    busy -= 1;
    if (busy) return;
    delete bar.dataset.bezig;
    htmx.trigger(list, "inbox-ververs");
  });
}

/* The note is at hand again, and what comes next is not about the one before it. */
function refused(id) {
  last = null;
  if (id) giveBack(id);
}

function giveBack(id) {
  gone.delete(id);
  rowOf(id)?.removeAttribute("data-weg");
}

/* The note at hand, as it is when the key goes down: whatever comes in while a question is open. */
const atHand = () => { const row = current && rowOf(current); return row ? { id: current, plek: row.dataset.plek } : null; };

function step(doe, { id, plek } = {}, data = {}, then = () => {}) {
  if (!id) return;
  const row = rowOf(id), leaves = list.dataset.modus === "los" && ["plaats", "nieuw", "opzij"].includes(doe) ? id : null;
  if (leaves && gone.has(id)) return; /* a key that was too fast for the eye */
  if (leaves) {
    const at = place;
    gone.add(id);
    row?.toggleAttribute("data-weg", true);
    const all = rows();
    if (current === id) mark(all[Math.min(at, all.length - 1)]);
  }
  send(bar.dataset.stap, { doe, bijdrage: id, gezien: plek, ...data }, { leaves, then: () => {
    if (doe === "plaats") last = { id, plek: data.draad }; else if (doe === "nieuw" || doe === "opzij") last = null;
    const now = rowOf(id);
    if (now && doe === "plaats") now.dataset.plek = data.draad;
    then();
  } });
}

/* A loose note has no thread yet: then it is about the one that was placed just now. */
function inThread(doe) {
  const hand = atHand();
  chain = chain.then(() => {
    const about = hand && /^\d+$/.test(hand.plek) ? hand : last;
    if (!about) { say("Zet deze notitie eerst in een rode draad.", true); return; }
    const draad = draadOf(about.plek), act = () => step(doe, about);
    if (doe === "quote" || !draad || "spanning" in draad.dataset) act();
    else ask("spanning", (fields, done) => send(bar.dataset.spanning, { draad: about.plek, version: draad.dataset.versie, ...fields }, { then: () => { done(); act(); } }));
  });
}

/* --- questions --- */

/* What was typed stands there again when it could not be stored. Of two reasons that are asked for at once, the first; the line says why
   the other note is back. */
function ask(which, answer, heading = null) {
  const dialog = document.querySelector(`dialog[data-vraag="${which}"]`), form = dialog.querySelector("form");
  if (document.querySelector("dialog[open]")) return;
  if (heading) dialog.querySelector("h2").textContent = heading;
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue === "ja") answer(Object.fromEntries(new FormData(form)), () => form.reset()); else form.reset();
    (current && rowOf(current))?.focus();
  };
  dialog.showModal();
}

const questions = {
  nieuw: (hand = atHand()) => ask("nieuw", ({ titel }, done) => step("nieuw", hand ?? {}, { titel }, done)),
  opzij: (hand = atHand()) => ask("opzij", ({ reden }, done) => step("opzij", hand ?? {}, { reden }, done)),
  quote: () => inThread("quote"),
  a: () => inThread("a"),
  b: () => inThread("b"),
};

/* No submit buttons: Enter in the field must take the words in it, and not the first reason. */
const aside = document.querySelector('[data-vraag="opzij"]'), reasons = [...aside.querySelectorAll("[data-reden]")];
for (const button of reasons) button.addEventListener("click", () => { aside.querySelector("[name=reden]").value = button.dataset.reden; aside.close("ja"); });
aside.addEventListener("keydown", (event) => {
  if (event.target.matches("input") || !reasons[Number(event.key) - 1]) return;
  event.preventDefault();
  reasons[Number(event.key) - 1].click();
});

const undo = () => send(bar.dataset.ongedaan, {}, { then: (note) => { if (note) { giveBack(note); wanted = note; } last = null; } });

/* --- keys and clicks --- */

const keys = {
  j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
  n: () => questions.nieuw(), p: () => questions.opzij(), q: questions.quote, a: questions.a, b: questions.b, z: undo,
  o: () => list.querySelector("[data-naar]:not([data-toets]), [data-naar]")?.focus(),
  s: () => (current && rowOf(current))?.querySelector("[data-zet-op-scherm]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (!switched.checked || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog, summary")) return;
  const draad = /^[1-9]$/.test(event.key) && list.querySelector(`[data-toets="${event.key}"]`);
  const act = draad ? () => step("plaats", atHand() ?? {}, { draad: draad.dataset.naar }) : keys[event.key];
  if (!act || (event.repeat && !["j", "k", "ArrowDown", "ArrowUp"].includes(event.key))) return;
  event.preventDefault();
  act();
});

list.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-notitie]"), naar = target.closest("[data-naar]"), doe = target.closest("[data-doe]");
  if (row && row.dataset.notitie !== current) mark(row, !target.closest("a, button"));
  if (naar) step("plaats", atHand() ?? {}, { draad: naar.dataset.naar });
  if (doe) questions[doe.dataset.doe]();
});
list.addEventListener("focusin", ({ target }) => {
  const row = target.closest("[data-notitie]");
  if (row && row.dataset.notitie !== current) mark(row, false);
});
bar.querySelector("[data-ongedaan-knop]").addEventListener("click", undo);
list.addEventListener("htmx:beforeRequest", ({ target }) => { if (target === list && !busy) list.dataset.vers = ""; else delete list.dataset.vers; });
list.addEventListener("htmx:beforeSwap", () => { onRow = document.activeElement?.matches("[data-notitie]") ?? false; });
list.addEventListener("htmx:afterSwap", () => {
  const fresh = list.dataset.vers === ""; /* asked for after the last step was stored */
  if (fresh) gone.clear();
  again();
  if (fresh) wanted = null; /* a colleague was first with it */
});

try { switched.checked = localStorage.getItem("inbox-toetsen") !== "uit"; } catch { /* blocked: on, each time */ }
switched.addEventListener("change", () => { try { localStorage.setItem("inbox-toetsen", switched.checked ? "aan" : "uit"); } catch { /* as above */ } });
/* Whoever types faster than the network should not leave before the last step is stored. */
addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });
document.body.dataset.inboxKlaar = "";
bar.hidden = false;
others = list.querySelector("[data-anderen]").textContent;
again();

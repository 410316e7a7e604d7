/* The inbox by keyboard: one note is current (aria-current, and the only one in the tab order), one key puts it somewhere, and the next
   one is there at once. Steps are sent one after the other, however fast they are typed; a step that the server refuses brings its note
   back. What stands in the list comes from the server, and is asked for again when nothing is on its way. */
const bar = document.querySelector("[data-inbox]"), list = document.getElementById("inbox-list");
const line = bar.querySelector("[data-melding]"), switched = bar.querySelector("[data-toetsen]");
const gone = new Set(); /* notes that were dealt with, until the list has come that knows it */
let current = null, place = 0, last = null, wanted = null, busy = 0, chain = Promise.resolve(), others = "";

const rows = () => [...list.querySelectorAll("[data-notitie]")].filter((row) => !gone.has(row.dataset.notitie));
const rowOf = (id) => list.querySelector(`[data-notitie="${id}"]`);
const draadOf = (pk) => list.querySelector(`[data-draad="${pk}"]`);

function say(text, wrong = false) {
  line.textContent = text;
  line.toggleAttribute("data-fout", wrong);
}

/* --- which note --- */

function mark(row, focus = true) {
  for (const old of list.querySelectorAll("[aria-current]")) { old.removeAttribute("aria-current"); old.tabIndex = -1; }
  current = row?.dataset.notitie ?? null;
  if (!row) return;
  place = rows().indexOf(row);
  row.setAttribute("aria-current", "true");
  row.tabIndex = 0;
  if (focus) row.focus();
}

function move(by) {
  const all = rows();
  if (all.length) mark(all[Math.max(0, Math.min(all.length - 1, place + by))]);
}

/* After every swap: the same note, or the one that stands in its place now. */
function again() {
  for (const id of gone) rowOf(id)?.classList.add("is-weg");
  const all = rows(), found = (wanted && rowOf(wanted)) ?? (current && !gone.has(current) ? rowOf(current) : null);
  const free = document.activeElement === document.body || list.contains(document.activeElement);
  if (wanted && found) wanted = null;
  mark(found ?? all[Math.min(place, all.length - 1)], free);
  const news = list.querySelector("[data-anderen]").textContent;
  if (news && news !== others) say(news);
  others = news;
}

/* --- steps --- */

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";

async function post(url, data) {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(data), redirect: "error", headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html"), found = page.querySelector(".melding");
  if (!found) throw new Error("no answer of ours");
  return { ok: answer.ok, text: found.textContent, note: found.dataset.bijdrage };
}

function send(url, data, { leaves = null, then = () => {} } = {}) {
  busy += 1;
  bar.dataset.bezig = "";
  chain = chain.then(async () => {
    const { ok, text, note } = await post(url, data);
    say(text, !ok);
    if (ok) then(note); else if (leaves) giveBack(leaves);
  }).catch(() => {
    say("Geen verbinding: deze stap is niet opgeslagen.", true);
    if (leaves) giveBack(leaves);
  }).finally(() => {
    busy -= 1;
    if (busy) return;
    delete bar.dataset.bezig;
    htmx.trigger(list, "inbox-ververs");
  });
}

function giveBack(id) {
  gone.delete(id);
  rowOf(id)?.classList.remove("is-weg");
}

function step(doe, data = {}) {
  const row = current && rowOf(current);
  if (!row) return;
  const id = row.dataset.notitie, leaves = list.dataset.modus === "los" && ["plaats", "nieuw", "opzij"].includes(doe) ? id : null;
  if (leaves) {
    const at = place;
    gone.add(id);
    row.classList.add("is-weg");
    const all = rows();
    mark(all[Math.min(at, all.length - 1)]);
  }
  send(bar.dataset.stap, { doe, bijdrage: id, gezien: row.dataset.plek, ...data }, { leaves, then: () => { last = doe === "plaats" ? { id, draad: data.draad } : null; } });
}

/* A loose note has no thread yet: then it is about the one that was placed just now. */
function inThread(doe) {
  chain = chain.then(() => {
    const row = current && rowOf(current), own = row && /^\d+$/.test(row.dataset.plek);
    const about = own ? { id: current, draad: row.dataset.plek } : last;
    if (!about) { say("Zet deze notitie eerst in een rode draad.", true); return; }
    const act = () => send(bar.dataset.stap, { doe, bijdrage: about.id, gezien: about.draad });
    const draad = draadOf(about.draad);
    if (doe === "quote" || !draad || "spanning" in draad.dataset) act();
    else ask("spanning", (fields) => send(bar.dataset.spanning, { draad: about.draad, version: draad.dataset.versie, ...fields }, { then: act }));
  });
}

/* --- questions --- */

function ask(which, done) {
  const dialog = document.querySelector(`[data-vraag="${which}"]`), form = dialog.querySelector("form");
  form.reset();
  dialog.returnValue = "";
  dialog.onclose = () => {
    if (dialog.returnValue === "ja") done(Object.fromEntries(new FormData(form)));
    const row = current && rowOf(current);
    row?.focus();
  };
  dialog.showModal();
}

const questions = {
  nieuw: () => ask("nieuw", ({ titel }) => step("nieuw", { titel })),
  opzij: () => ask("opzij", ({ reden }) => step("opzij", { reden })),
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
  n: questions.nieuw, p: questions.opzij, q: questions.quote, a: questions.a, b: questions.b, z: undo,
  o: () => list.querySelector("[data-naar]:not([data-toets]), [data-naar]")?.focus(),
  s: () => (current && rowOf(current))?.querySelector("[data-zet-op-scherm]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (!switched.checked || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog, summary")) return;
  const draad = /^[1-9]$/.test(event.key) && list.querySelector(`[data-toets="${event.key}"]`);
  const act = draad ? () => step("plaats", { draad: draad.dataset.naar }) : keys[event.key];
  if (!act || (event.repeat && !["j", "k", "ArrowDown", "ArrowUp"].includes(event.key))) return;
  event.preventDefault();
  act();
});

list.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-notitie]"), naar = target.closest("[data-naar]"), doe = target.closest("[data-doe]");
  if (row && row.dataset.notitie !== current) mark(row, !target.closest("a, button"));
  if (naar) step("plaats", { draad: naar.dataset.naar });
  if (doe) questions[doe.dataset.doe]();
});
list.addEventListener("focusin", ({ target }) => {
  const row = target.closest("[data-notitie]");
  if (row && row.dataset.notitie !== current) mark(row, false);
});
bar.querySelector("[data-ongedaan-knop]").addEventListener("click", undo);
list.addEventListener("htmx:beforeRequest", ({ target }) => { if (target === list && !busy) list.dataset.vers = ""; else delete list.dataset.vers; });
list.addEventListener("htmx:afterSwap", () => {
  if (list.dataset.vers === "" && !busy) gone.clear(); /* asked for after the last step was stored */
  again();
});

try { switched.checked = localStorage.getItem("inbox-toetsen") !== "uit"; } catch { /* blocked: on, each time */ }
switched.addEventListener("change", () => { try { localStorage.setItem("inbox-toetsen", switched.checked ? "aan" : "uit"); } catch { /* as above */ } });
/* Whoever types faster than the network should not leave before the last step is stored. */
addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });
document.body.dataset.inboxKlaar = "";
bar.hidden = false;
others = list.querySelector("[data-anderen]").textContent;
again();

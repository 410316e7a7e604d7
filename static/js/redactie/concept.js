/* What was typed and not saved is kept in this browser (localStorage, for this person, at most two weeks), and offered when the page opens
   again. It is never put back by itself: a colleague may have written since. Leaving with unsaved text asks first. */
const KEY = "redactie:", KEEP = 14 * 24 * 3600_000, WAIT = 400;
const bar = document.querySelector("[data-concept]"), key = KEY + bar.dataset.concept, form = document.getElementById("draad-form");
const fields = document.querySelector(".redactie__velden");
const NAMES = ["titel", "tekst", "pool_a", "pool_b", "kernvraag"];
const read = () => Object.fromEntries(NAMES.map((name) => [name, form.elements[name].value]));
const same = (one, other) => NAMES.every((name) => one[name] === other[name]);
const stored = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } };
let saved = read(), leaving = false, timer = 0, dirty = "onbewaard" in fields.dataset;

function put() {
  try {
    if (dirty) localStorage.setItem(key, JSON.stringify({ fields: read(), version: form.elements.version.value, at: Date.now() }));
    else localStorage.removeItem(key);
  } catch { /* blocked or full: then leaving the page still asks */ }
}

function hide() { bar.hidden = true; }

const found = stored(key);
if (found?.fields && !dirty) {
  if (same(found.fields, saved)) { try { localStorage.removeItem(key); } catch { /* as above */ } } /* it was saved after all */
  else {
    bar.querySelector("[data-concept-tijd]").textContent = new Date(found.at).toLocaleString("nl-NL", { dateStyle: "long", timeStyle: "short" });
    bar.querySelector("[data-concept-ouder]").hidden = found.version === form.elements.version.value;
    bar.hidden = false;
  }
}
try {
  for (const name of Object.keys(localStorage)) if (name.startsWith(KEY) && !((stored(name)?.at ?? 0) > Date.now() - KEEP)) localStorage.removeItem(name);
} catch { /* as above */ }

bar.querySelector("[data-concept-terug]").addEventListener("click", () => {
  for (const name of NAMES) form.elements[name].value = found.fields[name] ?? "";
  form.elements.version.value = found.version; /* on top of what it was written on: a colleague's save is not overwritten */
  dirty = true;
  hide();
  form.elements.tekst.focus();
  form.elements.tekst.dispatchEvent(new InputEvent("input", { bubbles: true }));
});
bar.querySelector("[data-concept-weg]").addEventListener("click", () => { try { localStorage.removeItem(key); } catch { /* as above */ } hide(); });

fields.addEventListener("input", () => {
  dirty = "onbewaard" in fields.dataset || !same(read(), saved);
  clearTimeout(timer);
  if (bar.hidden || dirty) timer = setTimeout(put, WAIT);
});
form.addEventListener("submit", () => { leaving = true; put(); });
addEventListener("pageshow", () => { leaving = false; });
addEventListener("pagehide", () => { if (dirty) put(); });
addEventListener("beforeunload", (event) => { if (dirty && !leaving) event.preventDefault(); });

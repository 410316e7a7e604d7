/* "/" goes to the search field from any page of a reeks; on the search page the arrows, j and k walk through what was found, and the
   browser itself opens with Enter. Can be switched off on that page: one key may be somebody's speech input. */
const field = document.querySelector("[data-zoek] input[type=search]"), list = document.getElementById("zoek-list");
const typing = "input:not([type=checkbox]), textarea, select, dialog, [contenteditable]";
const isOn = () => { try { return localStorage.getItem("zoek-toetsen") !== "uit"; } catch { return true; } };

function toField() {
  if (!field) { document.querySelector("[data-zoeken]")?.click(); return; }
  field.focus();
  field.select();
}

/* From the field the first one; above the first one the field again. */
function walk(by) {
  const all = [...list.querySelectorAll("[data-raak]")], at = all.indexOf(document.activeElement);
  if (at + by < 0) { toField(); return; }
  const next = all[Math.min(all.length - 1, at + by)];
  next?.focus({ preventScroll: true });
  next?.closest(".notitie").scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || !isOn()) return;
  const inField = Boolean(field) && event.target === field, steps = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };
  let act = null;
  if (event.key === "/" && !event.target.closest(typing)) act = toField;
  else if (list && inField && event.key === "ArrowDown") act = () => walk(1);
  else if (list && steps[event.key] && (event.target === document.body || event.target.closest("#zoek-list, main"))
    && !event.target.closest(`${typing}, summary`)) act = () => walk(steps[event.key]);
  if (!act) return;
  event.preventDefault();
  act();
});

if (field) {
  const line = document.querySelector("[data-zoek-melding]"), keys = document.querySelector("[data-zoek-toetsen]");
  for (const part of document.querySelectorAll("[data-met-toetsen]")) part.hidden = false;
  keys.checked = isOn();
  keys.addEventListener("change", () => { try { localStorage.setItem("zoek-toetsen", keys.checked ? "aan" : "uit"); } catch { /* blocked: on, each time */ } });
  list.addEventListener("htmx:afterSwap", () => {
    line.textContent = list.querySelector("[data-zoek-stand]")?.textContent ?? "";
    document.title = field.value ? `Zoeken: ${field.value}` : "Zoeken";
  });
  if (!field.value) field.focus();
}

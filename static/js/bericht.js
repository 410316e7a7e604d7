/* The form of a message to the tables, #bericht-form. A click on [data-sjabloon] puts its words in the field, to be changed or sent; without
   JavaScript those stay hidden. While a message is under way nothing can be typed over it: an empty form takes its place. */
const form = () => document.getElementById("bericht-form");

function begin() {
  const group = form()?.querySelector("[data-sjablonen]");
  if (group) group.hidden = false;
}

function setBusy(busy) {
  form().elements.tekst.readOnly = busy; /* not disabled: that takes the focus away */
  if (busy) for (const line of form().querySelectorAll("[role=status]")) line.remove(); /* it said that the one before was sent */
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-sjabloon]"), field = form()?.elements.tekst;
  if (!button || field.readOnly) return;
  field.value = button.textContent;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
});

for (const [type, busy] of [["htmx:beforeRequest", true], ["htmx:afterRequest", false]]) document.body.addEventListener(type, ({ detail }) => {
  if (detail.elt.id === "bericht-form" && form()) setBusy(busy);
});

begin();
document.body.addEventListener("htmx:afterSwap", begin);

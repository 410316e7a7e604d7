/* [data-sjablonen="id of a field"] holds buttons [data-sjabloon]: a click puts the words in the field, to be changed or sent. Without
   JavaScript they stay hidden. */
function show() { for (const group of document.querySelectorAll("[data-sjablonen]")) group.hidden = false; }

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-sjabloon]");
  if (!button) return;
  const field = document.getElementById(button.closest("[data-sjablonen]").dataset.sjablonen);
  field.value = button.textContent;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
});

show();
document.body.addEventListener("htmx:afterSwap", show);

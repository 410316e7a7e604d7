/* [data-sjablonen="id of a field"] holds buttons [data-sjabloon]: a click puts the words in the field, to be changed or sent. Without
   JavaScript they stay hidden. */
for (const group of document.querySelectorAll("[data-sjablonen]")) {
  const field = document.getElementById(group.dataset.sjablonen);
  group.hidden = false;
  group.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-sjabloon]");
    if (!button) return;
    field.value = button.textContent;
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });
}

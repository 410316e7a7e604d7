/* ol[data-volgorde]: drag a row by its number to another place. The row's own form does it, as its buttons do: without a mouse, or without
   JavaScript, those are the way. A row without a form stays where it is. data-volgorde="0" counts places from 0 instead of 1. */
for (const list of document.querySelectorAll("[data-volgorde]")) {
  const formOf = (row) => row?.querySelector("form[data-verplaats]");
  let dragged = null, target = null;

  const point = (row) => {
    if (row === target) return;
    target?.classList.remove("is-doel");
    target = row;
    target?.classList.add("is-doel");
  };
  const rowAt = ({ target: over }) => {
    const row = [...list.children].find((one) => one.contains(over)); /* a row may hold a list of its own */
    return dragged && row && row !== dragged && formOf(row) ? row : null;
  };

  for (const row of list.children) {
    const handle = row.querySelector(".nummer");
    if (!formOf(row) || !handle) continue;
    handle.draggable = true;
    handle.title = "Sleep om te verplaatsen";
    handle.addEventListener("dragstart", (event) => {
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", handle.textContent);
      event.dataTransfer.setDragImage(row, 0, 0);
      row.classList.add("is-sleep");
    });
    handle.addEventListener("dragend", () => { row.classList.remove("is-sleep"); point(null); dragged = null; });
  }

  list.addEventListener("dragover", (event) => {
    const row = rowAt(event);
    point(row);
    if (row) event.preventDefault();
  });
  list.addEventListener("drop", (event) => {
    const row = rowAt(event);
    if (!row) return;
    event.preventDefault();
    const form = formOf(dragged);
    form.elements.naar.value = [...list.children].indexOf(row) + Number(list.dataset.volgorde || 1);
    form.requestSubmit();
  });
}

/* [data-sleep] onto a row with [data-sleepdoel]: the form #plaats does it, as it does for what is ticked. Without a mouse, or without
   JavaScript, ticking and choosing are the way. */
const form = document.getElementById("plaats");
if (form) {
  const ticks = () => [...document.querySelectorAll('input[name="plaats"]')];
  const count = form.querySelector("[data-gekozen]");
  const tell = () => {
    const chosen = ticks().filter((tick) => tick.checked).length;
    count.textContent = chosen ? `${chosen} gekozen` : "Kies rode draden";
  };
  document.addEventListener("change", (event) => { if (event.target.name === "plaats") tell(); });
  tell();

  const titleField = form.querySelector("[data-titelveld]");
  const ask = () => { titleField.hidden = form.elements.naar.value !== "nieuw"; };
  form.elements.naar.addEventListener("change", () => { ask(); if (!titleField.hidden) form.elements.titel.focus(); });
  ask();

  let dragged = null, target = null;
  const point = (row) => {
    if (row === target) return;
    target?.classList.remove("is-doel");
    target = row;
    target?.classList.add("is-doel");
  };
  const rowAt = (event) => (dragged ? event.target.closest("[data-sleepdoel]") : null);

  for (const one of document.querySelectorAll("[data-sleep]")) {
    one.draggable = true;
    one.addEventListener("dragstart", (event) => {
      dragged = one;
      event.stopPropagation();
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", one.textContent.trim());
      one.classList.add("is-sleep");
    });
    one.addEventListener("dragend", () => { one.classList.remove("is-sleep"); point(null); dragged = null; });
  }
  document.addEventListener("dragover", (event) => {
    if (!dragged) return;
    const row = rowAt(event);
    point(row);
    if (row) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const row = rowAt(event);
    if (!row) return;
    event.preventDefault();
    const own = dragged.querySelector('input[name="plaats"]');
    if (!own.checked) for (const tick of ticks()) tick.checked = tick === own; /* what was ticked goes along only if this was too */
    const off = row.dataset.sleepdoel === "los";
    form.elements.naar.value = off ? "" : row.dataset.sleepdoel;
    form.requestSubmit(form.querySelector(`button[value="${off ? "los" : "zet"}"]`));
  });
}

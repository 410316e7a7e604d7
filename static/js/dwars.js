/* [data-sleep] onto a row with [data-sleepdoel]: the form #plaats does it, as it does for what is ticked. Without a pointer, or without
   JavaScript, ticking and choosing are the way. */
import { sleepbaar } from "./sleep.js";

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

  const table = document.querySelector(".dwars");
  let dragged = []; /* the ticks of what is held */
  table.dataset.sleepKlaar = "";
  sleepbaar(table, {
    greep: ".drager__kies",
    bron: "[data-sleep]",
    links: true,
    venster: () => ({ boven: 0, onder: Math.min(innerHeight, form.getBoundingClientRect().top) }),
    begin(element) {
      const own = element.closest("[data-sleep]").querySelector('input[name="plaats"]');
      dragged = own.checked ? ticks().filter((tick) => tick.checked) : [own]; /* what was ticked goes along only if this was too */
      return { naam: dragged.length > 1 ? `${dragged.length} rode draden` : own.closest("[data-sleep]").querySelector("a").textContent, slepen: dragged.map((tick) => tick.closest("[data-sleep]")) };
    },
    boven(x, y) {
      const row = document.elementFromPoint(x, y)?.closest("[data-sleepdoel]");
      if (!row || dragged.every((tick) => tick.closest("[data-sleepdoel]") === row)) return null;
      const what = dragged.length > 1 ? `${dragged.length} rode draden` : "1 rode draad";
      return { doel: row, kant: "", zeg: row.dataset.sleepdoel === "los" ? "Haal eraf" : `${what} bij “${row.querySelector("[data-titel]").textContent}”` };
    },
    los({ doel }) {
      for (const tick of ticks()) tick.checked = dragged.includes(tick);
      tell();
      const off = doel.dataset.sleepdoel === "los";
      form.elements.naar.value = off ? "" : doel.dataset.sleepdoel;
      form.requestSubmit(form.querySelector(`button[value="${off ? "los" : "zet"}"]`));
    },
  });
}

/* ol[data-volgorde]: drag a row by its number to another place. The row's own form does it, as its buttons do: without a pointer, or without
   JavaScript, those are the way. A row without a form stays where it is. data-volgorde="0" counts places from 0 instead of 1. */
import { sleepbaar } from "./sleep.js";

for (const list of document.querySelectorAll("[data-volgorde]")) {
  const formOf = (row) => row?.querySelector("form[data-verplaats]");
  const rowOf = (element) => [...list.children].find((row) => row.contains(element)); /* a row may hold a list of its own */

  for (const row of list.children) {
    const handle = row.querySelector(".nummer");
    if (!formOf(row) || !handle) continue;
    handle.dataset.greep = "";
    handle.title = "Sleep om te verplaatsen";
  }

  sleepbaar(list, {
    greep: "[data-greep]",
    begin: (handle) => ({ naam: rowOf(handle).querySelector("strong")?.textContent ?? handle.textContent, slepen: [rowOf(handle)] }),
    boven: (x, y, handle) => {
      const row = rowOf(document.elementFromPoint(x, y));
      return row && row !== rowOf(handle) && formOf(row) ? { doel: row, kant: "" } : null;
    },
    los: ({ doel }, handle) => {
      const form = formOf(rowOf(handle));
      form.elements.naar.value = [...list.children].indexOf(doel) + Number(list.dataset.volgorde || 1);
      form.requestSubmit();
    },
  });
}

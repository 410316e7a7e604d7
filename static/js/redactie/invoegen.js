/* [data-invoegen]: put a reference, or a quote with its reference, into the text where the cursor was; a tap on the note does the same.
   By execCommand, so that Ctrl+Z takes it back. Without JavaScript the code beside each note can be copied. */
const page = document.querySelector("[data-redactie]"), field = document.getElementById("id_tekst"), line = page.querySelector("[data-ingevoegd]");
page.dataset.klaar = "";

function insert(text) {
  field.focus({ preventScroll: true }); /* the cursor is where it was left */
  const before = field.value.slice(0, field.selectionStart), after = field.value.slice(field.selectionEnd);
  const piece = (before && !/[\s([“‘„]$/.test(before) ? " " : "") + text + (after && !/^[\s.,;:!?)\]”’]/.test(after) ? " " : "");
  if (!document.execCommand("insertText", false, piece)) {
    field.setRangeText(piece, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  line.textContent = "";
  requestAnimationFrame(() => { line.textContent = text.startsWith("[") ? "Verwijzing ingevoegd." : "Citaat ingevoegd."; });
}

page.addEventListener("click", ({ target }) => {
  const words = target.closest(".notitie__tekst");
  if (words && String(getSelection())) return; /* somebody is selecting words to copy */
  const source = target.closest("[data-invoegen]") ?? [...(words?.closest("[data-bron]")?.querySelectorAll("[data-invoegen]") ?? [])].at(-1);
  if (source) insert(source.dataset.invoegen);
});

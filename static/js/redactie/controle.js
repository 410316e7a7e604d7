/* [data-kies]: a warning selects its words in the field. [data-aanvaarden]: a dialog asks for the reason; what is being typed goes along,
   so that also a warning about unsaved words can be accepted. Without JavaScript that link is a page of its own. */
const page = document.querySelector("[data-redactie]"), dialog = page.querySelector("[data-aanvaard]");
const reason = dialog.querySelector("input");
let link = null, back = false;

function select({ kies, van, tot }) {
  const field = document.getElementById(`id_${kies}`);
  field.focus();
  field.setSelectionRange(Number(van), Number(tot));
  if (field.matches("textarea")) { /* a browser scrolls to the cursor, not to a selection */
    const share = Number(van) / Math.max(1, field.value.length);
    field.scrollTop = share * field.scrollHeight - field.clientHeight / 2;
  }
}

page.addEventListener("click", (event) => {
  const words = event.target.closest("[data-kies]"), accept = event.target.closest("[data-aanvaarden]");
  if (words) select(words.dataset);
  if (!accept || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link = accept;
  const row = accept.closest("li");
  dialog.querySelector("[data-aanvaard-wat]").textContent = `“${row.querySelector("mark").textContent}”: ${row.querySelector("p").textContent}`;
  dialog.returnValue = "";
  reason.value = "";
  dialog.showModal();
  reason.focus();
});

dialog.addEventListener("submit", (event) => {
  if (event.submitter?.value !== "nee" && !reason.value.trim()) { event.preventDefault(); reason.setAttribute("aria-invalid", "true"); reason.focus(); }
});

dialog.addEventListener("close", () => {
  reason.removeAttribute("aria-invalid");
  if (dialog.returnValue !== "ja" || !link) return;
  const values = Object.fromEntries(new FormData(document.getElementById("draad-form")));
  back = true;
  htmx.ajax("POST", link.getAttribute("href"), { source: document.getElementById("controle-list"), target: "#controle-list", select: "#controle-list > *", swap: "innerHTML", values: { ...values, [reason.name]: reason.value } });
});

/* the link that was pressed is gone: go on where the warnings begin */
document.body.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id !== "controle-list" || !back) return;
  back = false;
  document.getElementById("controle-stand").focus({ preventScroll: true });
});

/* form[data-bevestig="Weet je het zeker?"]: ask first, in a dialog that keyboards and screen readers understand.
   Without JavaScript the form posts at once; what cannot be undone has a page of its own. */
let dialog = null, waiting = null;

function build() {
  dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "bevestig-vraag");
  dialog.innerHTML = '<form method="dialog" class="stapel"><h2 id="bevestig-vraag"></h2><div class="rij"><button class="knop knop--hoofd" value="ja">Ja, doorgaan</button><button class="knop" value="nee" autofocus>Annuleren</button></div></form>';
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "ja" && waiting) { waiting.dataset.bevestigd = "1"; waiting.requestSubmit(); }
    waiting = null;
  });
  document.body.append(dialog);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-bevestig]");
  if (!form) return;
  if (form.dataset.bevestigd) { delete form.dataset.bevestigd; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!dialog) build();
  waiting = form;
  dialog.returnValue = "";
  dialog.querySelector("h2").textContent = form.dataset.bevestig;
  dialog.showModal();
}, true);

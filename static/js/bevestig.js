/* form[data-bevestig="Weet je het zeker?"]: ask first, in a dialog that keyboards and screen readers understand.
   Without JavaScript the form posts at once; what cannot be undone has a page of its own. */
import { tell } from "./live.js";

let dialog = null, waiting = null;

/* A live part of the page may have been drawn anew while the question stood open: then the same question of the same form. When that is
   gone too, so is what was agreed to, and that is said. */
function stillThere(form) {
  if (form.isConnected) return form;
  const same = (other) => ["action", "data-bevestig"].every((name) => other.getAttribute(name) === form.getAttribute(name));
  const found = [...document.querySelectorAll("form[data-bevestig]")].find(same);
  if (!found) tell("Niet gedaan: er is intussen iets veranderd. Kijk wat er nu staat.");
  return found;
}

function build() {
  dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "bevestig-vraag");
  dialog.innerHTML = '<form method="dialog" class="stapel"><h2 id="bevestig-vraag"></h2><div class="rij"><button class="knop knop--hoofd" value="ja">Ja, doorgaan</button><button class="knop" value="nee" autofocus>Annuleren</button></div></form>';
  dialog.addEventListener("close", () => {
    const form = dialog.returnValue === "ja" && stillThere(waiting);
    waiting = null;
    if (form) { form.dataset.bevestigd = "1"; form.requestSubmit(); }
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

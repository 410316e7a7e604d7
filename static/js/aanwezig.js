/* #aanwezig: say every quarter of a minute that somebody has this page open (with data-draad: the editor of that thread), and hear who else.
   A page that nobody sees says nothing, and is gone for the others a moment later. */
const PING = 15_000, hier = document.getElementById("aanwezig");

function meld() {
  if (document.hidden) return;
  const { draad } = hier.dataset;
  htmx.ajax("POST", hier.getAttribute("hx-get"), { source: hier, target: hier, swap: "innerHTML", select: "#aanwezig > *", values: draad ? { draad } : {} });
}

if (hier) {
  setInterval(meld, PING);
  document.addEventListener("visibilitychange", meld);
}

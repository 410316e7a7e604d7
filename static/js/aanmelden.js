/* The QR leads to /t/#token. Take the token out of the address bar at once, and offer one big button. */
const form = document.querySelector("[data-aanmelden]");
function take() {
  const token = location.hash.slice(1);
  if (!token || !form) return;
  history.replaceState(null, "", location.pathname);
  form.elements.token.value = token;
  form.querySelector("[data-token-veld]").hidden = true;
  form.querySelector("button").textContent = "Doe mee aan deze tafel";
}
take();
addEventListener("hashchange", take);

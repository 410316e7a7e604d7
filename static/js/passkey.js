/* Around the scripts of allauth: the way in with a passkey is shown to a browser that knows them, and what goes wrong (refused, taken
   too long, no such key) is said on the page instead of in the console. */
const way = document.querySelector("[data-passkey]"), wrong = document.querySelector("[data-passkey-fout]");
if (way && window.PublicKeyCredential) way.hidden = false;
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  wrong.hidden = false;
});
document.addEventListener("click", (event) => {
  if (event.target.closest("#passkey_login, #mfa_webauthn_add, #mfa_webauthn_authenticate, #mfa_webauthn_reauthenticate")) wrong.hidden = true;
});

/* Light or dark: the device decides, until somebody presses the switch. Loaded in <head>, so that nothing flashes. */
(() => {
  const root = document.documentElement;
  const names = { apparaat: "Thema: apparaat", licht: "Thema: licht", donker: "Thema: donker" };
  let choice = "apparaat";
  try { choice = localStorage.getItem("thema") || "apparaat"; } catch { /* storage may be blocked: the device decides */ }
  const apply = () => {
    if (choice === "apparaat") root.removeAttribute("data-thema"); else root.dataset.thema = choice;
    for (const text of document.querySelectorAll("[data-thema-tekst]")) text.textContent = names[choice];
  };
  if (!(choice in names)) choice = "apparaat";
  apply();
  document.addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-thema-knop]")) button.hidden = false;
    apply();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-thema-knop]")) return;
    const order = Object.keys(names);
    choice = order[(order.indexOf(choice) + 1) % order.length];
    try { localStorage.setItem("thema", choice); } catch { /* then only for this page */ }
    apply();
  });
})();

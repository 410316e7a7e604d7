/* form[data-voorstel] select[name=aantal]: a slider beside "De app kiest". The select stays what is sent, and is all there is without
   JavaScript. */
for (const select of document.querySelectorAll("form[data-voorstel] select[name=aantal]")) {
  const getallen = [...select.options].map((option) => Number(option.value)).filter(Boolean), label = select.form.querySelector(`label[for="${select.id}"]`);
  const schuif = Object.assign(document.createElement("input"), { type: "range", min: Math.min(...getallen), max: Math.max(...getallen), value: getallen[Math.floor(getallen.length / 2)], id: `${select.id}_schuif` });
  const tal = document.createElement("output"), keuze = document.createElement("label"), app = Object.assign(document.createElement("input"), { type: "checkbox", checked: !select.value }), rij = document.createElement("div");
  tal.htmlFor = schuif.id;
  keuze.className = "veld--vink veld";
  keuze.append(app, " De app kiest");
  rij.className = "schuif";
  rij.append(schuif, tal, keuze);
  if (select.value) schuif.value = select.value;

  const zet = () => {
    select.value = app.checked ? "" : schuif.value;
    tal.textContent = app.checked ? "–" : schuif.value;
    schuif.classList.toggle("schuif--app", app.checked);
  };
  schuif.addEventListener("input", () => { app.checked = false; zet(); });
  app.addEventListener("change", zet);
  select.hidden = true;
  select.after(rij);
  if (label) label.htmlFor = schuif.id;
  zet();
}

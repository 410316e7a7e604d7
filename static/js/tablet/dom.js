/* Small hands: an element, an icon, and a list whose rows stay themselves. */
export function el(tag, { klasse, tekst, icoon, data = {}, ...attributes } = {}, ...children) {
  const node = document.createElement(tag);
  if (klasse) node.className = klasse;
  if (icoon) node.append(icon(icoon));
  if (tekst !== undefined) node.append(tekst);
  for (const [name, value] of Object.entries(data)) node.dataset[name] = value;
  for (const [name, value] of Object.entries(attributes)) if (name.startsWith("on")) node.addEventListener(name.slice(2), value); else node.setAttribute(name, value);
  node.append(...children.filter(Boolean));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icoon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  use.setAttribute("href", `${document.body.dataset.iconen}#${name}`);
  svg.append(use);
  return svg;
}

export const button = (tekst, icoon, onclick, attributes = {}) => el("button", { type: "button", klasse: "knop knop--stil knop--klein", icoon, tekst, onclick, ...attributes });

/* Make `place` show `rows` ([key, signature, build]) in order. A row whose signature is the same keeps its element, and one that
   `isBusy(element)` is left alone whatever changed: somebody is typing in it. */
export function showRows(place, rows, isBusy = () => false) {
  const present = new Map([...place.children].map((child) => [child.dataset.rij, child]));
  let spot = place.firstElementChild;
  const typedIn = (row) => isBusy(row) && row.contains(document.activeElement);
  for (const [key, signature, build] of rows) {
    let row = present.get(key);
    present.delete(key);
    if (!row || (row.dataset.stand !== signature && !isBusy(row))) {
      const fresh = build();
      fresh.dataset.rij = key;
      fresh.dataset.stand = signature;
      if (row) {
        if (row === spot) spot = fresh;
        replace(row, fresh);
      }
      row = fresh;
    }
    /* an element that moves loses the focus: around a row that somebody is typing in, the others move */
    while (typedIn(row) && spot !== row) { const other = spot; spot = spot.nextElementSibling; row.after(other); }
    if (row === spot) spot = row.nextElementSibling; else place.insertBefore(row, spot);
  }
  for (const gone of present.values()) if (!isBusy(gone)) gone.remove();
}

/* The focus stays where it was: on the row, or on the same button in it. */
function replace(row, fresh) {
  const active = document.activeElement, whole = active === row, button = row.contains(active) && active.dataset.doel;
  row.replaceWith(fresh);
  if (whole) fresh.setAttribute("tabindex", "-1");
  if (whole) fresh.focus(); else if (button) fresh.querySelector(`[data-doel="${button}"]`)?.focus();
}

export const short = (tekst, most = 60) => (tekst.length > most ? `${tekst.slice(0, most - 1)}…` : tekst);

/* Is the focus still where the button was that is gone now? Then it goes on from there; who is typing elsewhere is left alone. */
export const focusIsFree = () => document.activeElement === document.body || document.activeElement === null;

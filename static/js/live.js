/* The nudge: a websocket at body[data-live-url] turns messages into DOM events on <body>, e.g. "bijdrage-added".
   (Re)connected → "live-connected". No socket → "live-poll" every 5 s, so that fragments ask for themselves.
   Reconnects with full-jitter back-off, at once when the network or the tab comes back.
   And what else a page needs that stays open all evening: the CSRF token of this moment. */
const path = document.body.dataset.liveUrl;
const PING = 20_000, PATIENCE = 10_000, POLL = 5_000, MAX_WAIT = 30_000;
let socket = null, attempt = 0, timer = 0, heard = 0, refused = false;

const emit = (type, detail) => document.body.dispatchEvent(new CustomEvent(type, { detail }));

function show(open) {
  document.body.dataset.live = open ? "open" : "closed";
  for (const place of document.querySelectorAll("[data-live-status]")) {
    const text = open ? "✓ Live verbonden" : refused ? "⚠ Niet meer aangemeld: ververs deze pagina" : "↻ Geen live verbinding; we kijken elke 5 seconden";
    if (place.textContent !== text) place.textContent = text;
  }
}

function connect() {
  clearTimeout(timer);
  if (!path || refused || (socket && socket.readyState <= WebSocket.OPEN)) return;
  const address = new URL(path, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(address);
  const own = socket;
  own.onopen = () => { attempt = 0; heard = Date.now(); show(true); emit("live-connected"); };
  own.onmessage = (message) => {
    heard = Date.now();
    let data;
    try { data = JSON.parse(message.data); } catch { return; }
    if (data.type && data.type !== "pong") emit(data.type, data);
  };
  own.onclose = (event) => {
    if (own !== socket) return;
    socket = null;
    show(false);
    if ([4401, 4403, 4404].includes(event.code)) { refused = true; emit("live-refused", { code: event.code }); show(false); return; }
    attempt += 1;
    timer = setTimeout(connect, Math.random() * Math.min(MAX_WAIT, 1000 * 2 ** attempt));
  };
}

if (path) {
  show(false);
  connect();
  addEventListener("online", () => { attempt = 0; connect(); });
  addEventListener("offline", () => socket?.close());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { attempt = 0; connect(); } });
  setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (Date.now() - heard > PING + PATIENCE) socket.close(); /* half-open: the other side has long gone */
    else socket.send("ping");
  }, PING);
  setInterval(() => { if (document.body.dataset.live !== "open" && !document.hidden) emit("live-poll"); }, POLL);
}

/* Signing in in another tab rotates the secret; the one that stood in the page when it was made is refused from then on. */
const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1];

document.body.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = csrfToken();
  if (!token) return;
  detail.headers["X-CSRFToken"] = token;
  if (detail.parameters.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = token;
});

document.addEventListener("submit", (event) => {
  const token = csrfToken(), input = event.target.elements?.namedItem("csrfmiddlewaretoken");
  if (token && input) input.value = token;
}, true);

/* What was refused is said at the top of the page. A fragment selects its own content, also when a nudge came first and replaced the
   button that was pressed: htmx looks for what to select, and for HX-Retarget, from that button. */
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { requestConfig, target, xhr } = detail, place = document.getElementById("meldingen");
  if (place && xhr.getResponseHeader("X-Denkdiner") === "melding") Object.assign(detail, { target: place, swapOverride: "innerHTML", selectOverride: "unset" });
  else if (!requestConfig.elt.isConnected) detail.selectOverride ||= target.getAttribute("hx-select");
});

/* A button that did not arrive says so; a fragment that only asked for itself (or tells what it has, [data-vanzelf]) keeps what it shows,
   and asks again. */
const isPressed = ({ elt, verb }) => verb !== "get" && !elt.hasAttribute("data-vanzelf");

/* An answer that is not ours (a portal of the venue's wifi, a proxy that is being repaired, the page to sign in) says 200 too: without the
   fragment that was asked for there is nothing to show, and the last that was known stays. */
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { requestConfig, serverResponse, shouldSwap, target } = detail;
  if (!shouldSwap || !target.id || !target.hasAttribute("hx-select") || serverResponse.includes(`id="${target.id}"`)) return;
  detail.shouldSwap = false;
  if (isPressed(requestConfig)) tell("Niet gelukt. Ververs de pagina en probeer het nog eens.");
});

for (const type of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.body.addEventListener(type, ({ detail }) => {
  if (isPressed(detail.requestConfig)) tell([401, 403].includes(detail.xhr?.status) ? "Niet gelukt: meld je opnieuw aan." : "Niet gelukt: geen verbinding. Probeer het nog eens.");
});

/* What was said of the last button is over with the next one. */
document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (isPressed(detail.requestConfig)) for (const line of document.querySelectorAll("#meldingen [role=alert]")) line.remove();
});

/* What went wrong, at the top of the page. */
export function tell(text) {
  const line = document.createElement("p");
  line.className = "melding melding--fout";
  line.setAttribute("role", "alert");
  line.textContent = text;
  document.getElementById("meldingen")?.replaceChildren(line);
}

/* The page of a table opens and works with the server gone. Kept whole or not at all, and never changed under an open page: a newer
   build waits until the last page is closed, or until a page that has nothing to lose says "neem-over". */
const BOUW = "{{ bouw }}", SCHIL = "{{ schil }}", PAGINA = "{{ pagina }}", AANMELDEN = "{{ aanmelden }}";
const BESTANDEN = new Set({{ bestanden|safe }});
const NAAM = `denkdiner-${BOUW}`;

/* A hotel's wifi answers 200 with a page of its own; that must not become our page for the evening. */
async function haal(adres) {
  const antwoord = await fetch(adres, { cache: "no-cache", redirect: "error", credentials: "same-origin" });
  const goed = adres === SCHIL ? antwoord.headers.get("X-Denkdiner") === "schil" : !(antwoord.headers.get("Content-Type") ?? "").startsWith("text/html");
  if (!antwoord.ok || !goed) throw new Error(`niet van ons: ${adres}`);
  return antwoord;
}

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const adressen = [SCHIL, ...BESTANDEN], antwoorden = await Promise.all(adressen.map(haal));
  const kast = await caches.open(NAAM);
  await Promise.all(adressen.map((adres, plek) => kast.put(adres, antwoorden[plek])));
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const naam of await caches.keys()) if (naam.startsWith("denkdiner-") && naam !== NAAM) await caches.delete(naam);
})()));

self.addEventListener("message", ({ data, ports }) => {
  if (data === "neem-over") self.skipWaiting();
  if (data === "welke-bouw") ports[0].postMessage(BOUW);
});

const uitDeKast = async (adres) => (await caches.open(NAAM)).match(adres);

self.addEventListener("fetch", (event) => {
  const { request } = event, adres = new URL(request.url);
  if (request.method !== "GET" || adres.origin !== location.origin) return;
  if (request.mode === "navigate" && adres.pathname === PAGINA) {
    event.respondWith((async () => (await uitDeKast(SCHIL)) ?? fetch(request))());
  } else if (request.mode === "navigate" && adres.pathname === AANMELDEN) {
    /* who scans the QR again without a network and sits at a table already, sees that table */
    event.respondWith(fetch(request).catch(async () => (await uitDeKast(SCHIL)) ?? Response.error()));
  } else if (BESTANDEN.has(adres.pathname)) {
    event.respondWith((async () => (await uitDeKast(adres.pathname)) ?? fetch(request))());
  }
});

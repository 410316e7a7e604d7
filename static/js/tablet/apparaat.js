/* This device: does it keep what it is given, does the page open without a network, does the screen stay on; and a file as last resort. */
import { nameOfStelling } from "./bewerker.js";
import { el } from "./dom.js";
import { changed, isClosed, leftBehind, model, waiting } from "./model.js";
import { forgetOld, tryOut } from "./opslag.js";

const panel = document.querySelector("[data-apparaat]");
const JUST_OPENED = 30_000;
let newer = null; /* a service worker of a newer build, that waits */
let bouw = document.body.dataset.bouw; /* of the worker that answers; empty when the server filled the page in, which is always of this build */
let asked = null; /* the worker whose answer counts */
const results = { opslag: "", blijft: "", zonder_net: "" };

function show() {
  const lines = Object.values(results).filter(Boolean);
  panel.querySelector("ul").replaceChildren(...lines.map(([good, tekst]) => el("li", { klasse: good ? "gereed--ja" : "gereed--nee", icoon: good ? "vink" : "let-op", tekst: ` ${tekst}` })));
  if (lines.some(([good]) => !good)) panel.open = true;
}

/* Write, read back, and ask the browser not to throw it away. */
export async function checkStorage() {
  try {
    await tryOut();
    await forgetOld(Date.now() + model.verschil).catch(() => {});
  } catch (error) {
    model.kapot = true;
    changed();
    error.alsnog?.then(() => document.body.dispatchEvent(new CustomEvent("schijf-werkt")), () => {});
  }
  showStorage();
  const persisted = await navigator.storage?.persist?.().catch(() => false);
  const { quota = 0, usage = 0 } = await navigator.storage?.estimate?.().catch(() => ({})) ?? {};
  if (quota && quota - usage < 5_000_000) results.blijft = [false, "Deze tablet is bijna vol. Maak ruimte, of neem een andere tablet."];
  else if (persisted) results.blijft = [true, "De browser gooit je notities niet weg als de tablet vol raakt."];
  show();
}

/* What the check found holds until a save fails, or works again. */
export function showStorage() {
  const good = !model.kapot;
  if (results.opslag && results.opslag[0] === good) return;
  results.opslag = [good, good ? "Deze tablet bewaart wat je opschrijft, ook zonder verbinding." : "Deze tablet kan niets bewaren. Houd dit scherm open en de verbinding aan; een andere tablet is beter."];
  show();
}

/* --- the page opens without a network --- */

export async function beginWorker() {
  results.zonder_net = await keepPage().catch(() => null) ?? [false, "Zonder verbinding kun je doorschrijven zolang deze pagina open blijft. Ververs hem niet."];
  show();
}

async function keepPage() {
  const registration = await navigator.serviceWorker?.register("/sw.js", { scope: "/", updateViaCache: "none" });
  if (!registration) return null;
  if (!registration.active) await installed(registration.installing ?? registration.waiting);
  navigator.serviceWorker.addEventListener("controllerchange", () => askBuild(navigator.serviceWorker.controller));
  newer = registration.waiting;
  takeOver();
  askBuild(registration.active);
  return [true, "Deze pagina opent ook als er geen verbinding is."];
}

/* Fulfilled when `worker` has everything; rejected when it could not get it. */
const installed = (worker) => new Promise((resolve, reject) => {
  const look = () => {
    if (["installed", "activating", "activated"].includes(worker.state)) resolve();
    if (worker.state === "redundant") reject(new Error("niet compleet"));
  };
  worker.addEventListener("statechange", look);
  look();
});

/* A worker may begin after this page was fetched, also before it can listen: then the page is of the build before. */
function askBuild(worker) {
  const { port1, port2 } = new MessageChannel();
  asked = worker;
  port1.onmessage = ({ data }) => { if (worker === asked) { bouw &&= data; takeOver(); } }; /* the one before may answer late */
  worker?.postMessage("welke-bouw", [port2]);
}

/* Loading again helps once; should it not, the page works as it is. */
function isSecondTime() {
  try {
    const second = sessionStorage.getItem("vernieuwd") === bouw;
    sessionStorage.setItem("vernieuwd", bouw);
    return second;
  } catch { return true; /* blocked: nothing would stop it */ }
}

/* A newer build waits, or is there. Only while nothing could be lost or interrupted: just opened, nothing typed, nothing unsent, no evening on. */
export function takeOver() {
  const { stand } = model, older = bouw !== document.body.dataset.bouw;
  const quiet = stand && stand.diner.status !== "live" && !waiting().length && !leftBehind().length && !document.querySelector("[data-noteer] textarea").value && !document.querySelector(".notitie--bezig");
  if (!(newer || older) || !quiet || performance.now() > JUST_OPENED) return;
  if (older && !isSecondTime()) location.reload();
  if (older) bouw = document.body.dataset.bouw;
  newer?.postMessage("neem-over");
  newer = null;
}

/* --- the screen stays on while a ronde runs --- */

let awake = null, asking = false;

const isNeeded = () => model.stand?.ronde?.ronde != null && !isClosed() && !document.hidden;

export async function stayAwake() {
  if (!isNeeded()) { awake?.release().catch(() => {}); awake = null; return; }
  if (awake || asking || !navigator.wakeLock) return;
  asking = true;
  try {
    awake = await navigator.wakeLock.request("screen");
    awake.addEventListener("release", () => { awake = null; });
  } catch { /* the battery is low, or the browser does not want to: the note matters, not the light */ }
  asking = false;
  if (awake && !isNeeded()) stayAwake(); /* the ronde ended while it was asked */
}

/* --- a file, when all else fails --- */

function asText(typing) {
  const lines = [`Notities van ${model.stand?.tafel.naam ?? "deze tafel"}, ${model.stand?.diner.titel ?? ""}`, `Gemaakt op deze tablet: ${new Date().toLocaleString("nl-NL")}`, ""];
  for (const { op, staat } of model.ops.values()) {
    if (op.kind === "peiling" || staat === "verzonden") continue;
    lines.push(`[${nameOfStelling(op.stelling)}] ${{ create: "", edit: "gewijzigd: ", delete: "verwijderd", restore: "teruggezet" }[op.kind]}${op.body.tekst ?? ""}`, "");
  }
  for (const { op, waarde, stand } of model.elders) {
    const tekst = op?.body.tekst ?? waarde?.tekst;
    if (tekst) lines.push(`[${stand?.tafel.naam ?? "Een andere tafel"}] ${tekst}`, "");
  }
  for (const tekst of typing) lines.push("[nog niet bewaard]", tekst, "");
  return lines.join("\n");
}

/* `typing`: what stands in the fields. */
export function saveFile(typing) {
  const address = URL.createObjectURL(new Blob([asText(typing)], { type: "text/plain;charset=utf-8" }));
  const link = el("a", { href: address, download: `denkdiner-tafel-${model.stand?.tafel.nummer ?? ""}.txt` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export function beginDevice() {
  checkStorage();
  document.addEventListener("visibilitychange", stayAwake);
}

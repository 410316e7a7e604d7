/* Countdown from an end time. [data-klok] holds data-ends-at and data-server-now (ISO 8601) or data-paused-remaining (s).
   The device's own clock may be a day off: only the difference with the server's clock, seen at arrival, is used; a page that
   knows it already says it (data-verschil, ms).
   Words for screen readers ([data-klok-woorden] in the same [data-klok-vak]) change at 5, 1 and 0 minutes, not every second. */
const offsets = new WeakMap();

function secondsLeft(clock) {
  if (clock.dataset.pausedRemaining) return Number(clock.dataset.pausedRemaining);
  if (!clock.dataset.endsAt) return null;
  if (clock.dataset.verschil) return (Date.parse(clock.dataset.endsAt) - Date.now() - Number(clock.dataset.verschil)) / 1000;
  const stamp = clock.dataset.serverNow;
  if (offsets.get(clock)?.stamp !== stamp) offsets.set(clock, { stamp, offset: Date.parse(stamp) - Date.now() });
  return (Date.parse(clock.dataset.endsAt) - Date.now() - offsets.get(clock).offset) / 1000;
}

function digits(seconds) {
  const whole = Math.abs(seconds < 0 ? Math.floor(seconds) : Math.ceil(seconds));
  return `${seconds <= -1 ? "+" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function phase(clock, seconds) {
  if (clock.dataset.pausedRemaining) return ["pauze", "Pauze: de tijd staat stil."];
  if (seconds <= 0) return ["over", "De tijd is om."];
  if (seconds <= 60) return ["een", "De laatste minuut."];
  if (seconds <= 300) return ["vijf", "De laatste vijf minuten."];
  return ["ruim", ""];
}

function tick() {
  for (const clock of document.querySelectorAll("[data-klok]")) {
    const seconds = secondsLeft(clock);
    if (seconds === null || Number.isNaN(seconds)) continue;
    const text = digits(seconds);
    if (clock.textContent !== text) clock.textContent = text;
    const [name, words] = phase(clock, seconds);
    if (clock.dataset.klokFase !== name) clock.dataset.klokFase = name;
    const place = clock.closest("[data-klok-vak]")?.querySelector("[data-klok-woorden]");
    if (place && place.textContent !== words) place.textContent = words;
  }
}

setInterval(tick, 250);
document.body.addEventListener("htmx:afterSettle", tick);
tick();

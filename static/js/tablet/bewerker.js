/* A form in which a note is typed: the big one, and the one in the place of a note that is being changed. It keeps a concept while
   somebody types, offers the stellingen and trefwoorden of the moment, and is never touched from outside while it is in use. */
import { changed, model, stellingById, suggestWords, views } from "./model.js";
import { keepConcept } from "./opslag.js";

const SOON = 150; /* ms from a keystroke to the concept on disk, and no keystroke puts it off */
const MAX_TEKST = 20_000, MAX_WOORDEN = 12, MAX_WOORD = 60;
const UNKEEPABLE = /[\0\p{Surrogate}]/gu; /* NUL and half a character: the server can keep neither, and nobody sees them stand there */
let number = 0;

export class Bewerker {
  /* `sleutel()`: the key of the concept; `extra()`: what goes with it besides the form. `onSave(values)`, `onCancel()`, `onInput()`: what
     the page does with it. */
  constructor(form, { sleutel, extra = () => ({}), onSave, onCancel = () => {}, onInput = () => {} }) {
    Object.assign(this, { form, sleutel, more: extra, onSave, onInput, woorden: [], bijgesteld: null, extra: {}, timer: 0, gekozen: false, mislukt: false });
    this.field = form.elements.tekst;
    number += 1;
    this.ownIds();
    for (const thing of form.querySelectorAll("[data-zonder-js]")) thing.remove();
    for (const thing of form.querySelectorAll("[data-met-js]")) thing.hidden = false;
    form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    this.field.addEventListener("input", () => { this.onInput(); this.offerWords(); });
    form.addEventListener("input", () => this.later());
    form.addEventListener("change", ({ target }) => { if (target.name === "stelling") { this.gekozen = true; this.offerWords(); } this.later(); });
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); if (!event.repeat) this.save(); }
    });
    form.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) onCancel(); });
    form.querySelector("[data-annuleer]")?.addEventListener("click", onCancel);
    form.querySelector("[data-niet-bij]").addEventListener("click", () => { this.adjust(null); this.later(); this.field.focus(); });
    form.querySelector("[data-woord-erbij]").addEventListener("click", () => this.addTyped());
    this.woordveld = form.querySelector("[data-woord]");
    this.woordveld.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== ",") return;
      event.preventDefault();
      this.addTyped();
    });
    form.querySelector("[data-woorden]").addEventListener("click", (event) => this.pressWord(event));
    const now = () => { if (this.timer && form.isConnected) this.keep(); };
    document.addEventListener("visibilitychange", () => { if (document.hidden) now(); });
    addEventListener("pagehide", now);
    document.body.addEventListener("tafel-wisselt", now);
  }

  /* Two forms on one page, one set of ids each. */
  ownIds() {
    for (const thing of this.form.querySelectorAll("[id]")) {
      const old = thing.id;
      thing.id = `${old}-${number}`;
      for (const name of ["for", "aria-describedby"]) for (const user of this.form.querySelectorAll(`[${name}="${old}"]`)) user.setAttribute(name, thing.id);
    }
  }

  values() {
    return {
      tekst: this.field.value, soort: this.chosen("soort") || "inzicht", letterlijk: this.form.elements.letterlijk.checked,
      standpunt: this.chosen("standpunt"), horizon: this.chosen("horizon"), trefwoorden: [...this.woorden],
      bijgesteld: this.bijgesteld, stelling: this.stelling, ...this.extra,
    };
  }

  /* Which of these radio buttons. No FormData: after a change of the list that first draws the whole page, 5 ms with 500 notes. */
  chosen(name) { return this.form.querySelector(`[name=${name}]:checked`)?.value ?? ""; }

  fill({ tekst = "", soort = "inzicht", letterlijk = false, standpunt = "", horizon = "", trefwoorden = [], bijgesteld = null, stelling = null, ...extra } = {}) {
    this.field.value = tekst;
    this.form.elements.letterlijk.checked = letterlijk;
    for (const [name, value] of Object.entries({ soort, standpunt, horizon })) this.form.elements[name].value = value;
    this.woorden = [...trefwoorden];
    this.woordveld.value = "";
    this.extra = extra;
    this.offerStellingen();
    this.choose(stelling);
    this.adjust(bijgesteld);
    this.offerWords();
    const more = this.form.querySelector("details");
    if (more && (standpunt || horizon)) more.open = true;
  }

  /* Empty, for the next thought; says so to whoever keeps the concept. */
  empty(stelling) {
    for (const error of this.form.querySelectorAll(".veld__fout, .melding--fout")) error.remove();
    this.gekozen = false;
    this.fill({ stelling });
    this.say("");
    this.stop();
  }

  /* Nothing of this is written any more. */
  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  get inUse() { return Boolean(this.field.value.trim()) || this.bijgesteld !== null || this.woorden.length > 0; }

  /* --- where it belongs --- */

  offerStellingen() {
    if (!model.stand) return;
    const place = this.form.querySelector("[data-stellingen]"), { stellingen } = model.stand;
    const wanted = JSON.stringify(stellingen.map(({ id, nummer }) => [id, nummer]));
    if (place.dataset.voor === wanted) return;
    const chosen = this.chosen("stelling");
    place.dataset.voor = wanted;
    const chips = [...stellingen.map(({ id, nummer }) => [String(id), `Stelling ${nummer}`]), ["", "Algemeen"]].map(([value, text]) => {
      const chip = document.createElement("label"), input = document.createElement("input"), label = document.createElement("span");
      chip.className = "chip";
      Object.assign(input, { type: "radio", name: "stelling", value, checked: value === chosen });
      label.textContent = text;
      chip.append(input, label);
      return chip;
    });
    place.replaceChildren(...chips);
  }

  choose(stelling) {
    for (const input of this.form.querySelectorAll("[data-stellingen] input")) input.checked = input.value === String(stelling ?? "");
  }

  get stelling() { return Number(this.chosen("stelling")) || null; }

  /* Another hello, another programme: only what is not in use follows. */
  refresh() {
    this.offerStellingen();
    for (const place of this.form.querySelectorAll("[data-horizonjaar]")) {
      const year = String(model.stand?.diner.horizonjaar ?? place.textContent);
      if (place.textContent !== year) place.textContent = year;
    }
    if (document.activeElement?.closest("[data-woorden]") === null) this.offerWords();
  }

  /* --- an earlier note that this one adjusts --- */

  adjust(id, tekst = (id && views().find((view) => view.id === id)?.tekst) ?? "") {
    this.bijgesteld = id;
    const line = this.form.querySelector("[data-stelt-bij]");
    line.hidden = id === null;
    line.querySelector("[data-wat]").textContent = tekst.length > 60 ? `${tekst.slice(0, 59)}…` : tekst;
  }

  /* --- trefwoorden --- */

  offerWords() {
    const place = this.form.querySelector("[data-woorden]");
    const suggestions = this.woorden.length < MAX_WOORDEN ? suggestWords(this.field.value, this.stelling, this.woorden) : [];
    const wanted = JSON.stringify([this.woorden, suggestions]);
    if (place.dataset.voor === wanted) return;
    place.dataset.voor = wanted;
    place.replaceChildren(...[...this.woorden.map((word) => [word, true]), ...suggestions.map((word) => [word, false])].map(([word, on]) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "woord", textContent: word });
      button.setAttribute("aria-pressed", String(on));
      return button;
    }));
  }

  pressWord({ target }) {
    const button = target.closest("button");
    if (!button) return;
    const word = button.textContent;
    this.woorden = this.woorden.includes(word) ? this.woorden.filter((one) => one !== word) : [...this.woorden, word];
    this.offerWords();
    this.later();
    for (const other of this.form.querySelectorAll("[data-woorden] button")) if (other.textContent === word) other.focus();
  }

  addTyped() {
    for (const word of this.woordveld.value.split(",").map((one) => [...one.replace(UNKEEPABLE, "").trim()].slice(0, MAX_WOORD).join("")).filter(Boolean)) {
      if (!this.woorden.includes(word) && this.woorden.length < MAX_WOORDEN) this.woorden.push(word);
    }
    this.woordveld.value = "";
    this.offerWords();
    this.later();
    this.woordveld.focus();
  }

  /* --- the concept --- */

  later() { this.timer ||= setTimeout(() => this.keep(), SOON); }

  /* What stands here, on disk now: true when it is. */
  async keep() {
    this.stop();
    if (!this.form.isConnected) return false; /* cancelled: a field that goes away says once more that it changed */
    if (model.tafel === null) { this.later(); return false; } /* not known yet for which table */
    const used = this.inUse, values = { ...this.values(), ...this.more() };
    try {
      await keepConcept(model.tafel, this.sleutel(), used ? values : null);
      if (this.inUse) this.say(used ? "Concept" : "");
      if (this.mislukt) { this.mislukt = false; document.body.dispatchEvent(new CustomEvent("schijf-werkt")); }
      return true;
    } catch {
      this.say("NIET bewaard – laat dit scherm open en roep de organisator", true);
      model.kapot = this.mislukt = true;
      changed();
      return false;
    }
  }

  say(text, bad = false) {
    const place = this.form.querySelector("[data-concept]");
    if (place.textContent !== text) place.textContent = text;
    place.classList.toggle("noteer__staat--fout", bad);
  }

  /* --- save --- */

  save() {
    if (this.woordveld.value.trim()) this.addTyped();
    const values = this.values(), clean = values.tekst.replace(UNKEEPABLE, "");
    if (clean !== values.tekst) { this.field.value = clean; this.later(); }
    const wrong = clean !== values.tekst && clean.trim() ? "Er stonden tekens in die niet bewaard kunnen worden; die zijn eruit gehaald. Kijk het na en bewaar opnieuw." : !clean.trim() ? "Schrijf eerst op wat er gezegd is."
      : values.tekst.length > MAX_TEKST ? `Deze notitie is te lang: ${values.tekst.length} tekens, ten hoogste ${MAX_TEKST} kan.` : "";
    if (wrong) { this.say(wrong, true); this.field.focus(); return; }
    this.onSave({ ...values, tekst: values.tekst.trim() });
  }
}

/* "Stelling 2", or "Algemeen". */
export const nameOfStelling = (id) => (stellingById(id) ? `Stelling ${stellingById(id).nummer}` : "Algemeen");

/* button[data-sneltoets="F9"]: that key presses it, wherever the focus is. Only for keys that type nothing: a letter would get in the way
   of speech input, and of whoever is writing. */
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || !/^F\d+$/.test(event.key)) return;
  const button = document.querySelector(`[data-sneltoets="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

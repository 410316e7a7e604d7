/* The form of a house style ([data-huisstijl] is its example): a colour picker beside each [data-kleur], and the example in the colours
   that are typed. Without JavaScript the example shows what was saved. The same rule as denkdiner/colours.py, which decides. */
const channel = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const contrast = (colour) => {
  const [red, green, blue] = [1, 3, 5].map((at) => channel(parseInt(colour.slice(at, at + 2), 16) / 255));
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
};
const isColour = (text) => /^#[0-9a-f]{6}$/i.test(text);
const oneDecimal = (number) => (Math.floor(number * 10) / 10).toFixed(1).replace(".", ",");

for (const example of document.querySelectorAll("[data-huisstijl]")) {
  const fields = [...example.closest("form").querySelectorAll("[data-kleur]")];

  const show = () => {
    let colour = example.dataset.eigen;
    for (const field of fields) {
      if (isColour(field.value)) colour = field.value; // an empty second one is the first
      for (const part of example.querySelectorAll(`[data-vul="${field.name}"]`)) part.setAttribute("fill", colour);
      const line = example.querySelector(`[data-verhouding="${field.name}"]`);
      const enough = contrast(colour) >= Number(example.dataset.minstens);
      line.textContent = `${line.dataset.wat}: contrast met wit ${oneDecimal(contrast(colour))}${enough ? "" : ", te weinig"}.`;
    }
  };

  for (const field of fields) {
    const picker = document.createElement("input");
    picker.type = "color";
    picker.setAttribute("aria-label", `${field.labels[0].firstChild.textContent.trim()} kiezen`);
    picker.value = isColour(field.value) ? field.value : example.dataset.eigen;
    picker.addEventListener("input", () => { field.value = picker.value; show(); });
    field.addEventListener("input", () => { if (isColour(field.value)) picker.value = field.value; show(); });
    field.after(picker);
  }
  show();
}

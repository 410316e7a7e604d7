/* [data-opmerking]: empty the field once the remark is stored; what was refused stays in it. */
const form = document.querySelector("[data-opmerking]");
form.addEventListener("htmx:afterRequest", ({ detail, target }) => { if (target === form && detail.successful) form.reset(); });

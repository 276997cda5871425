"use strict";

// Says before anything is sent that it is too much to be sent at once. The server says so in any case.
(() => {
  const form = document.querySelector("form[data-most-bytes]");
  if (!form) return;
  const field = form.querySelector("input[type=file]");

  function check() {
    const files = Array.from(field.files);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const faults = {
      large: size > Number(form.dataset.mostBytes),
      many: files.length > Number(form.dataset.mostFiles),
    };
    for (const [name, holds] of Object.entries(faults)) {
      form.querySelector(`[data-fault=${name}]`).hidden = !holds;
    }
    return !faults.large && !faults.many;
  }

  field.addEventListener("change", check);
  form.addEventListener("submit", (event) => {
    if (check()) return;
    event.preventDefault();
    field.focus();
  });
})();

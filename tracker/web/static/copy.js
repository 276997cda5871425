// Buttons that copy a text: they appear only where this script runs.
"use strict";

for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const outcome = button.parentElement.querySelector(".copy-outcome");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.value);
      outcome.textContent = button.dataset.copied;
    } catch {
      // Without leave to write to the clipboard, the reader's own copy command still works.
      source.focus();
      source.select();
      outcome.textContent = button.dataset.failed;
    }
  });
}

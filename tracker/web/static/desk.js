/* The desk's keys. A page takes part by attributes:
     data-key="c"   a button or link that this key presses, or a field or choice that it goes to
     data-row       an item of a list: j and k go from one to the next, o and Enter open its link with
                    data-key="o", or else its first one
     data-of-rows   what acts on the rows that are chosen, or else on the one with the focus
   and for the queue, whose forms htmx sends:
     data-decide    a form whose answer is the next item, which stands ready in the template #ahead.
   Keys do nothing while a field has the focus, or with Ctrl, Alt or Meta; a switch in the dialog #keys turns
   them off on this device. */

"use strict";

(() => {
  const OFF = "counterclaim-keys-off";
  const FIELDS = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit], [type=button])";
  const PLACES = ".conflict-heading, #nothing";

  const dialog = document.getElementById("keys");
  const toggle = document.getElementById("keys-on");
  const opener = document.querySelector(".desk-keys-open");

  function remembered() {
    try {
      return localStorage.getItem(OFF);
    } catch {
      return null; // Storage is turned off: the keys then cannot be, but they work only outside of fields.
    }
  }

  function remember(isOn) {
    try {
      if (isOn) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    } catch {
      toggle.checked = true;
    }
  }

  /* What a key stands for, also where the keyboard writes Arabic or Russian: then its place counts. */
  function letterOf(event) {
    if (event.key === "Enter" || (event.key.length === 1 && event.key < "\x7f")) return event.key;
    const place = /^Key([A-Z])$/.exec(event.code);
    if (place) return event.shiftKey ? place[1] : place[1].toLowerCase();
    if (event.code === "Slash") return event.shiftKey ? "?" : "/";
    return "";
  }

  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());

  const focusedRow = () => document.activeElement?.closest("[data-row]") ?? null;

  function goTo(row) {
    row.tabIndex = -1;
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = rows();
    const at = all.indexOf(focusedRow());
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
    if (all[next]) goTo(all[next]);
  }

  function find(letter) {
    const wanted = `[data-key="${CSS.escape(letter)}"]`;
    const row = focusedRow();
    const inRow = row?.querySelector(wanted);
    if (inRow) return inRow;
    // What stands in another row acts on that row alone.
    return [...document.querySelectorAll(wanted)].find((part) => !part.closest("[inert], [data-row]")) ?? null;
  }

  function press(part) {
    if (part.matches("[data-of-rows]") && !document.querySelector("[data-row] input[type=checkbox]:checked")) {
      const box = focusedRow()?.querySelector("input[type=checkbox]");
      if (box) box.checked = true;
    }
    // A choice is made by whoever sees it, not by the key that leads there.
    if (!part.matches(FIELDS) && !part.matches("[type=radio]")) {
      part.click();
      return;
    }
    for (let fold = part.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    part.focus();
  }

  /* Does what a letter says; whether there was anything to do. */
  function act(letter) {
    if (letter === "?" && dialog) {
      dialog.showModal();
      return true;
    }
    if ((letter === "j" || letter === "k") && rows().length) {
      step(letter === "j" ? 1 : -1);
      return true;
    }
    const row = focusedRow();
    if (letter === "Enter") {
      // Enter has a meaning of its own on links and buttons.
      if (!row || row !== document.activeElement) return false;
      letter = "o";
    }
    const link = letter === "o" ? row?.querySelector('[data-key="o"]') ?? row?.querySelector("a[href]") : null;
    const part = link ?? find(letter);
    if (part) press(part);
    return part !== null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.getModifierState("AltGraph")) return;
    if (remembered() !== null || dialog?.open) return;
    if (event.target instanceof Element && event.target.closest(FIELDS)) return;
    const letter = letterOf(event);
    if (letter && act(letter)) event.preventDefault();
  });

  if (dialog && toggle && opener) {
    opener.hidden = false;
    opener.querySelector("button").addEventListener("click", () => dialog.showModal());
    toggle.checked = remembered() === null;
    toggle.addEventListener("change", () => remember(toggle.checked));
  }

  /* The queue: the next item is shown at once, while the decision is on its way. */
  let leaving = null;

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest("[data-decide]");
    const item = document.getElementById("item");
    if (!form || !item) return;
    form.inert = true;
    leaving = { form, item, kept: [...item.childNodes] };
    const ahead = document.getElementById("ahead");
    if (ahead) item.replaceChildren(ahead.content.cloneNode(true));
    item.setAttribute("aria-busy", "true");
  });

  document.addEventListener("htmx:sendError", () => {
    if (leaving) {
      leaving.item.replaceChildren(...leaving.kept);
      leaving.item.removeAttribute("aria-busy");
      leaving.form.inert = false;
      leaving = null;
    }
    const words = document.createElement("div");
    words.className = "message message-error";
    words.textContent = dialog?.dataset.failed ?? "";
    document.getElementById("messages").replaceChildren(words);
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "content") return;
    leaving = null;
    (event.target.querySelector(PLACES) ?? event.target).focus();
  });
})();

"use strict";

// Keeps the page of a running job up to date: numbers from its JSON twin, and the rest of it anew, as the server
// writes it, when more than numbers has changed. All words come from the server.
(() => {
  const job = document.querySelector("[data-job]");
  if (!job) return;

  const number = new Intl.NumberFormat(job.dataset.locale);
  let version = job.dataset.version;

  const count = (page) => ({ ...page.job.counts, linked: page.job.linked, to_link: page.job.to_link });

  function showNumbers(page) {
    const counts = count(page);
    for (const element of job.querySelectorAll("[data-count]")) {
      const written = number.format(counts[element.dataset.count]);
      if (element.textContent !== written) element.textContent = written;
    }
    for (const bar of job.querySelectorAll("[data-value]")) {
      if (bar.dataset.value === "linked") bar.max = Math.max(counts.to_link, 1);
      bar.value = counts[bar.dataset.value];
    }
  }

  async function showPage() {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement ? document.activeElement.id : "";
    for (const part of job.querySelectorAll("[data-part], #job-status")) {
      const wanted = fresh.getElementById(part.id);
      if (wanted && wanted.innerHTML !== part.innerHTML) part.replaceChildren(...wanted.childNodes);
    }
    for (const bar of job.querySelectorAll("progress")) {
      const wanted = fresh.querySelector(`progress[data-value="${bar.dataset.value}"]`);
      if (wanted) [bar.max, bar.value] = [wanted.max, wanted.value];
    }
    // A button that is gone must not take the keyboard's place on the page with it.
    if (focused && !document.getElementById(focused)) document.getElementById("job-heading").focus();
    else if (focused && document.activeElement === document.body) document.getElementById(focused).focus();
  }

  async function look() {
    try {
      const answer = await fetch(job.dataset.job, { headers: { Accept: "application/json" } });
      if (answer.status === 401 || answer.status === 403 || answer.status === 404) return;
      if (answer.ok) {
        const page = await answer.json();
        showNumbers(page);
        if (page.version !== version) {
          await showPage();
          version = page.version;
        }
        if (!page.renews) return;
      }
    } catch {
      // The server may be starting anew: the next look will tell.
    }
    window.setTimeout(look, Number(job.dataset.every));
  }

  window.setTimeout(look, Number(job.dataset.every));
})();

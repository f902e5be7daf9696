// Everything works without this. It adds: Shift three times leaves the page; an idle screen is locked; one click is one
// click; the summary of mistakes is read first. Nothing is kept in the browser.
"use strict";
(() => {
  const leave = document.getElementById("exit");
  let shifts = [];
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift") { shifts = []; return; }
    const now = Date.now();
    shifts = shifts.filter((one) => now - one < 3000).concat(now);
    if (shifts.length >= 3 && leave) { leave.form.submit(); }
  });
  if (leave) {
    leave.form.addEventListener("submit", () => { document.body.hidden = true; document.title = "Weather"; });
  }
  document.querySelectorAll("form").forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      setTimeout(() => { delete form.dataset.sent; }, 8000);
    });
  });
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    let waiting = 0;
    const keep = () => {
      if (form.dataset.sent) { return; }
      const sent = new URLSearchParams(new FormData(form));
      sent.set("draft-of", form.dataset.draft);
      fetch("/draft", { method: "POST", body: sent }).catch(() => { waiting = setTimeout(keep, 10000); });
    };
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 1500); });
    form.addEventListener("submit", () => clearTimeout(waiting));
  });
  const summary = document.getElementById("summary");
  if (summary) { summary.focus(); }
  const idle = Number(document.body.dataset.idle || 0) * 1000;
  if (idle) {
    let last = Date.now();
    ["keydown", "pointerdown", "scroll"].forEach((what) => addEventListener(what, () => { last = Date.now(); }, { passive: true }));
    const look = () => {
      if (Date.now() - last >= idle) { document.body.hidden = true; location.replace("/log-in"); return; }
      setTimeout(look, 5000);
    };
    look();
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { look(); } });
  }
  addEventListener("pageshow", (event) => { if (event.persisted) { location.reload(); } });
})();

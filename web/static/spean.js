// Everything works without this. It adds: Shift three times leaves the page; an idle screen is locked; one click is one
// click; the summary of mistakes is read first; what was typed survives a line that is cut. Nothing is kept in the browser.
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
  const words = document.body.dataset;
  const say = (form, text, role, address) => {
    form.querySelectorAll(":scope > .sending").forEach((one) => one.remove());
    if (!text) { return; }
    const said = document.createElement("p");
    said.className = role === "alert" ? "sending error" : "sending";
    said.setAttribute("role", role);
    said.textContent = text;
    if (address) {
      const link = Object.assign(document.createElement("a"), { href: address, target: "_blank", textContent: words.logIn });
      said.append(" ", link);
    }
    form.prepend(said);
    if (role === "alert") { said.scrollIntoView({ block: "center" }); }
  };
  const isChanged = (box) => {
    if (box.type === "checkbox" || box.type === "radio") { return box.checked !== box.defaultChecked; }
    if (box.tagName === "SELECT") { return box.selectedIndex !== Math.max(0, [...box.options].findIndex((one) => one.defaultSelected)); }
    return box.value !== box.defaultValue;
  };
  const isKept = (box) => box.name && !box.name.startsWith("mark.") && !["hidden", "submit", "button"].includes(box.type);
  const boxesOf = (form) => [...form.elements].filter(isKept);

  const beingKept = new WeakMap();
  const unkept = new Map();
  // What was typed and not sent is kept on the server, and put back into the form the next time.
  const changes = (form) => {
    const names = new Set(boxesOf(form).filter(isChanged).map((box) => box.name));
    const kept = new URLSearchParams([...new FormData(form)].filter(([name]) => names.has(name)));
    kept.set("draft-of", form.dataset.draft);
    if (form.closest("[data-answer]")) { kept.set("draft-also", "yes"); } // what was sent before stands there, unchanged
    return kept;
  };
  const putBack = (form, texts) => {
    boxesOf(form).filter((box) => box.name in texts).forEach((box) => {
      const text = texts[box.name];
      if (box.type === "checkbox" || box.type === "radio") { box.checked = text.split(",").includes(box.value); } else { box.value = text; }
      const folded = box.closest("details");
      if (folded) { folded.open = true; }
    });
  };
  const putDraftBack = (form) => {
    const note = [...document.querySelectorAll("form[data-texts]")].find((one) => one.dataset.of === form.dataset.draft);
    if (!note) { return; }
    putBack(form, JSON.parse(note.dataset.texts));
    note.hidden = false;
  };
  const keepDraft = (form) => {
    let waiting = 0;
    const later = (wait) => { clearTimeout(waiting); waiting = setTimeout(keep, wait); unkept.set(form, keep); };
    const keep = (last) => {
      clearTimeout(waiting);
      unkept.delete(form);
      if (form.dataset.sent || !form.isConnected) { return; }
      const sent = fetch("/draft", { method: "POST", body: changes(form), keepalive: last === true, signal: AbortSignal.timeout(20000) });
      beingKept.set(form, sent.then((answer) => { if (!answer.ok || answer.redirected) { later(10000); } }, () => later(10000)));
    };
    form.addEventListener("input", () => later(1500));
    addEventListener("pagehide", () => { if (unkept.has(form)) { keep(true); } });
  };

  // Such a form is sent from the page, so that a line that is cut at this moment takes nothing away.
  const goTo = (address) => {
    const to = new URL(address, location);
    if (to.pathname + to.search !== location.pathname + location.search) { location.assign(to); return; }
    history.replaceState(null, "", to);
    location.reload();
  };
  const show = async (answer) => {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.title = page.title;
    scrollTo(0, 0);
    prepare();
  };
  const send = async (form, button) => {
    const sent = new FormData(form);
    if (button && button.name) { sent.append(button.name, button.value); }
    say(form, words.sending, "status");
    unkept.forEach((keep, other) => { if (other !== form) { keep(); } }); // they are put back into the page that answers
    unkept.delete(form); // a draft that came after what was sent would stand there again
    await Promise.all([...document.querySelectorAll("form[data-draft]")].map((one) => beingKept.get(one)));
    try {
      const answer = await fetch(form.getAttribute("action") || location.href, {
        method: "POST", body: new URLSearchParams(sent), headers: { "Spean-Form": form.dataset.draft || form.dataset.sends }, signal: AbortSignal.timeout(90000),
      });
      const next = answer.headers.get("Spean-Go");
      if (next && next.startsWith("/log-in")) {
        say(form, words.out, "alert", "/log-in");
      } else if (next) {
        goTo(next);
        return;
      } else if (answer.status === 429 || answer.status >= 500) {
        say(form, words.busy, "alert");
      } else {
        await show(answer);
      }
    } catch {
      say(form, words.unsent, "alert");
    }
    delete form.dataset.sent;
    if (form.isConnected && form.dataset.draft) { form.dispatchEvent(new Event("input")); } // keep what was not sent
  };
  const prepareForm = (form) => {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "yes";
      if (form.dataset.draft || form.dataset.sends) { event.preventDefault(); send(form, event.submitter); return; }
      setTimeout(() => { delete form.dataset.sent; }, 8000);
    });
    if (form.dataset.draft) { putDraftBack(form); keepDraft(form); }
  };
  const prepare = () => {
    document.querySelectorAll("form").forEach((form) => {
      if (!form.dataset.ready) { form.dataset.ready = "yes"; prepareForm(form); }
    });
    const summary = document.getElementById("summary");
    if (summary) { summary.focus(); }
  };
  prepare();
  const idle = Number(document.body.dataset.idle || 0) * 1000;
  if (idle) {
    let last = Date.now();
    ["keydown", "pointerdown", "scroll"].forEach((what) => addEventListener(what, () => { last = Date.now(); }, { passive: true }));
    const look = () => {
      if (Date.now() - last >= idle) { document.body.hidden = true; location.replace(`/log-in?next=${encodeURIComponent(location.pathname)}`); return; }
      setTimeout(look, 5000);
    };
    look();
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { look(); } });
  }
  addEventListener("pageshow", (event) => { if (event.persisted) { location.reload(); } });
})();

"use strict";
// The page works without this script. With it, the page keeps itself up to date and stays put when something is sent.

const PERIOD = 1500;
const PARTS = ["phones", "thread", "head", "clock"];
let shown = "";
let timer = 0;
let asking = false;

const byId = (id) => document.getElementById(id);
const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;

function toEnd(smooth) {
  const thread = byId("thread");
  if (thread) thread.scrollTo({ top: thread.scrollHeight, behavior: smooth ? "auto" : "instant" });
}

function say(sentence) {
  const problem = byId("problem");
  if (!problem) return;
  problem.textContent = sentence;
  problem.hidden = !sentence;
}

function replace(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const id of PARTS) {
    const old = byId(id), fresh = page.getElementById(id);
    if (!old || !fresh || old.innerHTML === fresh.innerHTML) continue;
    const follow = id === "thread" && atEnd(old);
    const focused = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
    old.replaceChildren(...fresh.childNodes);
    if (focused) old.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    if (follow) toEnd(true);
  }
  // The first message of a phone makes its sender known: the forms change then, and only then.
  const to = document.querySelector(".compose [name=To]"), now = page.querySelector(".compose [name=To]");
  if (to && now && to.type !== now.type) location.reload();
}

async function refresh() {
  clearTimeout(timer);
  if (!asking && !document.hidden) {
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const tag = answer.headers.get("ETag") ?? "";
      if (answer.ok && tag !== shown) replace(await answer.text());
      if (answer.ok) shown = tag;
      if (byId("problem")?.dataset.offline === byId("problem")?.textContent) say("");
    } catch {
      say(byId("problem")?.dataset.offline ?? "");
    }
    asking = false;
  }
  clearTimeout(timer);
  timer = setTimeout(refresh, PERIOD);
}

async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  if (button?.name) fields.set(button.name, button.value);
  const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
  const told = await answer.json();
  say(answer.ok ? "" : told.message);
  if (answer.ok) form.reset();
  await refresh();
  toEnd(true);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-send]")) return;
  event.preventDefault();
  send(event.target, event.submitter).catch(() => say(byId("problem")?.dataset.offline ?? ""));
});

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "body" || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

document.addEventListener("visibilitychange", refresh);
toEnd(false);
if (matchMedia("(min-width: 721px)").matches) byId("body")?.focus();
timer = setTimeout(refresh, PERIOD);

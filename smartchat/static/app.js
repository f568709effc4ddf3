// What HTML and htmx do not do by themselves; every page works without it.
"use strict";

// The summary of errors takes the focus, so that it is read first.
function focusSummary(root) {
  const summary = root.querySelector("[data-focus]");
  if (summary) summary.focus();
}

// A form that is being sent cannot be sent a second time; a page that comes back from the cache can.
function guard(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get") return; // htmx sends it, or nothing is changed
  if (event.submitter && event.submitter.hasAttribute("data-again")) return; // a download: the page stays
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
}
function release() {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
}

// An open menu closes with Escape or a click elsewhere.
function closeMenus(event) {
  document.querySelectorAll("details.who[open]").forEach((menu) => {
    if (event.key === "Escape" || (event.type === "click" && !menu.contains(event.target))) menu.open = false;
  });
}

// A request of htmx that fails says so: its answer is not put into the page.
function sayThatItFailed() {
  const words = document.getElementById("request-failed");
  if (!words) return;
  words.hidden = false;
  words.scrollIntoView({ block: "center" });
}

document.addEventListener("htmx:error", sayThatItFailed);
document.addEventListener("htmx:response:error", sayThatItFailed);
document.addEventListener("htmx:before:request", () => {
  const words = document.getElementById("request-failed");
  if (words) words.hidden = true;
});
document.addEventListener("DOMContentLoaded", () => focusSummary(document));
document.addEventListener("htmx:after:swap", (event) => { release(); focusSummary(event.target || document); });
document.addEventListener("submit", guard);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
window.addEventListener("pageshow", release);

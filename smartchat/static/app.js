// What HTML and htmx do not do by themselves; every page works without it.
"use strict";
// The summary of errors takes the focus, so that it is read first.
function focusSummary(root) { root.querySelector("[data-focus]")?.focus(); }
// A form that is being sent cannot be sent a second time; a page that comes back from the cache can.
function guard(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get") return; // htmx sends it, or nothing is changed
  if (event.submitter && event.submitter.hasAttribute("data-again")) return; // a download: the page stays
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
}
function release() { document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent); }
// An open menu closes with Escape or a click elsewhere.
function closeMenus(event) {
  document.querySelectorAll("details.who[open]").forEach((menu) => {
    if (event.key === "Escape" || (event.type === "click" && !menu.contains(event.target))) menu.open = false;
  });
}

// A request of htmx that fails says so: its answer is not put into the page.
function sayThatItFailed() {
  const words = document.getElementById("request-failed");
  if (words) { words.hidden = false; words.scrollIntoView({ block: "center" }); }
}

// Typing {{ opens the list of values that a text may name: arrows choose, Enter or Tab takes, Escape closes.
function suggest(field) {
  const list = document.getElementById(field.dataset.suggest);
  if (!list) return;
  const typed = /\{\{\s*([\p{L}\p{N}_]*)$/u.exec(field.value.slice(0, field.selectionStart));
  const fits = (item) => !typed || item.dataset.id.toLowerCase().includes(typed[1].toLowerCase());
  const shown = [...list.children].filter((item) => !(item.hidden = !fits(item)));
  list.toggleAttribute("data-open", Boolean(typed && shown.length));
  choose(field, list, typed ? shown[0] : null);
}
function choose(field, list, item) {
  for (const other of list.children) other.setAttribute("aria-selected", String(other === item));
  field.setAttribute("aria-activedescendant", item ? item.id : "");
  item?.scrollIntoView({ block: "nearest" });
}
function take(field, item) {
  const start = field.value.slice(0, field.selectionStart).replace(/\{\{\s*[\p{L}\p{N}_]*$/u, "");
  const name = field.dataset.plain ? item.dataset.id : `{{${item.dataset.id}}}`; // a formula names an ID as it is
  field.setRangeText(name, start.length, field.selectionStart, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
function keys(event) {
  const field = event.target, list = document.querySelector("#usable[data-open]");
  if (list && field.dataset.suggest) {
    const items = [...list.children].filter((item) => !item.hidden);
    const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: items.length - 1 }[event.key];
    if (step) choose(field, list, items[(at + step) % items.length]);
    else if (event.key === "Enter" || event.key === "Tab") take(field, items[at]);
    else if (event.key !== "Escape") return;
    else list.removeAttribute("data-open");
    event.preventDefault();
  } else if (event.key === "Escape") document.querySelector("[data-escape]")?.click();
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form?.requestSubmit();
}
// Steps are dragged by their grip: before another one, or into a flow; the page's buttons do the same.
function drag(event) {
  const over = event.target.closest?.("[data-inside], [data-step]"), moved = document.querySelector(".dragged");
  document.querySelectorAll(".drop-here, .drop-inside").forEach((e) => e.classList.remove("drop-here", "drop-inside"));
  if (event.type === "dragstart" && event.target.matches?.(".grip")) {
    over.classList.add("dragged");
    event.dataTransfer.setData("text/plain", over.dataset.step);
  } else if (event.type === "dragend") moved?.classList.remove("dragged");
  else if (moved && over && !moved.contains(over)) {
    event.preventDefault();
    over.classList.add(over.dataset.step ? "drop-here" : "drop-inside");
    if (event.type !== "drop") return;
    const button = document.getElementById("move"), { step, inside } = over.dataset;
    Object.assign(button, { disabled: false, value: `move ${moved.dataset.step} ${step ? `before ${step}` : `inside ${inside}`}` });
    button.form.requestSubmit(button);
  }
}

for (const kind of ["dragstart", "dragover", "drop", "dragend"]) document.addEventListener(kind, drag);
document.addEventListener("input", ({ target }) => { // an answer that is on its way knows nothing of an ID typed since
  if (target.dataset.suggest) suggest(target);
  else if (target.id === "id") document.querySelector(".aside-check")?.dispatchEvent(new Event("htmx:abort"));
});
document.addEventListener("keydown", keys);
document.addEventListener("mousedown", (event) => {
  const item = event.target.closest("#usable [data-id]"), field = document.activeElement;
  if (item && field?.dataset.suggest) { event.preventDefault(); take(field, item); }
});
for (const kind of ["htmx:error", "htmx:response:error"]) document.addEventListener(kind, sayThatItFailed);
document.addEventListener("htmx:before:request", () => {
  const words = document.getElementById("request-failed");
  if (words) words.hidden = true;
});
document.addEventListener("DOMContentLoaded", () => focusSummary(document));
document.addEventListener("htmx:after:swap", (event) => { release(); focusSummary(event.target || document); });
document.addEventListener("submit", guard);
for (const kind of ["click", "keydown"]) document.addEventListener(kind, closeMenus);
window.addEventListener("pageshow", release);

"use strict";

// Menus open beside their button; the browser itself closes them (Escape, a click elsewhere).
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLElement) || !menu.matches(".wf-menu") || event.newState !== "open") return;
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (!button) return;
  const place = button.getBoundingClientRect();
  const left = Math.min(place.left, window.innerWidth - menu.offsetWidth - 8);
  const below = place.bottom + 4;
  const top = below + menu.offsetHeight > window.innerHeight ? place.top - menu.offsetHeight - 4 : below;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${Math.max(8, top)}px`;
  menu.querySelector("a, button")?.focus();
}, true);

// A merge tag goes where the cursor was last.
let lastField = null;
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.(".wf-form textarea, .wf-form input[type=text]")) lastField = event.target;
});
document.addEventListener("click", (event) => {
  const tag = event.target.closest?.("[data-insert]");
  if (tag) {
    const form = tag.closest("form");
    const field = lastField?.form === form ? lastField : form.querySelector("textarea, input[type=text]");
    if (!field) return;
    field.focus();
    field.setRangeText(tag.dataset.insert, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const copy = event.target.closest?.("[data-copy]");
  if (copy) {
    const text = document.getElementById(copy.dataset.copy).textContent;
    navigator.clipboard?.writeText(text).then(() => { copy.textContent = "✓"; });
  }
});

// What is ticked among search results joins the chosen ones, so that another search does not lose it.
document.addEventListener("change", (event) => {
  const found = event.target.closest?.(".wf-choices-found");
  if (!found || event.target.type !== "checkbox") return;
  const chosen = found.closest("fieldset").querySelector("[data-chosen]");
  const label = event.target.closest("label");
  const same = chosen.querySelector(`input[value="${CSS.escape(event.target.value)}"]`);
  if (same) {
    same.checked = event.target.checked;
    label.remove();
  } else {
    chosen.append(label);
  }
  (same ?? event.target).focus();
});

// The preview of a message follows what is written.
let waiting = 0;
function showMessage(form) {
  const button = form?.querySelector("[data-live]");
  if (button) form.requestSubmit(button);
}
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form.wf-form");
  if (!form || !form.querySelector("[data-live]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => showMessage(form), 900);
});
const showFirst = (root) => showMessage(root.querySelector?.("form.wf-form:has([data-live])"));
window.addEventListener("load", () => showFirst(document));
document.addEventListener("htmx:afterSettle", (event) => showFirst(event.target));

// What is typed, and what is unfolded, while the panel is drawn anew is carried over.
const isTicked = (field) => field.type === "checkbox" || field.type === "radio";
const keyOf = (field) => `${field.name}=${isTicked(field) ? field.value : ""}`;
const stateOf = (field) => (isTicked(field) ? field.checked : field.value);
const fieldsOf = (panel) => [...panel.querySelectorAll("input:not([type=hidden])[name], select[name], textarea[name]")];
let asSent = new Map();
let typed = new Map();
let unfolded = new Set();
const summariesOf = (panel) => [...panel.querySelectorAll("details > summary")];
document.addEventListener("htmx:beforeRequest", ({ detail: { target } }) => {
  if (target.id === "builder-panel") asSent = new Map(fieldsOf(target).map((field) => [keyOf(field), stateOf(field)]));
});
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  const isPanel = target.id === "builder-panel";
  const changed = isPanel ? fieldsOf(target) : [];
  const open = isPanel ? summariesOf(target).filter((summary) => summary.parentElement.open) : [];
  unfolded = new Set(open.map((summary) => summary.textContent.trim()));
  typed = new Map(changed.map((field) => [keyOf(field), stateOf(field)]).filter(([key, state]) => asSent.get(key) !== state));
});
document.addEventListener("htmx:afterSwap", () => {
  for (const field of typed.size ? fieldsOf(document.getElementById("builder-panel")) : []) {
    if (!typed.has(keyOf(field))) continue;
    if (isTicked(field)) field.checked = typed.get(keyOf(field));
    else field.value = typed.get(keyOf(field));
  }
  for (const summary of unfolded.size ? summariesOf(document.getElementById("builder-panel")) : []) {
    if (unfolded.has(summary.textContent.trim())) summary.parentElement.open = true;
  }
  typed = new Map();
  unfolded = new Set();
});

// What the server refuses while swapping is shown by going there.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.requestConfig.verb === "get") window.location.assign(event.detail.requestConfig.path);
  else window.location.reload();
});

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
});

// The preview of a message follows what is written.
let waiting = 0;
function showMessage(form) {
  const button = form?.querySelector("[data-live]");
  if (button && form.isConnected) form.requestSubmit(button);
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

// What the server refuses while swapping is shown by going there.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.requestConfig.verb === "get") window.location.assign(event.detail.requestConfig.path);
  else window.location.reload();
});

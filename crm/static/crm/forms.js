"use strict";

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

// A long list of boxes is narrowed down as one types; what is ticked stays in view.
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-narrows]")) return;
  const wanted = event.target.value.trim().toLocaleLowerCase();
  for (const label of event.target.nextElementSibling.querySelectorAll("label")) {
    const isShown = label.textContent.toLocaleLowerCase().includes(wanted) || label.querySelector("input")?.checked;
    label.parentElement.hidden = !isShown;
  }
});

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

"use strict";

// Icons are drawn from the names of their pictures, which nobody wants read aloud.
function hideIcons() {
  for (const icon of document.querySelectorAll(".material-symbols-outlined:not([aria-hidden])")) icon.ariaHidden = "true";
}
document.addEventListener("DOMContentLoaded", hideIcons);
document.addEventListener("htmx:afterSettle", hideIcons);

// A button copies the text of the element that it names.
document.addEventListener("click", (event) => {
  const copy = event.target.closest?.("[data-copy]");
  const text = copy && document.getElementById(copy.dataset.copy)?.textContent;
  if (text) navigator.clipboard?.writeText(text).then(() => { copy.textContent = "✓"; });
});

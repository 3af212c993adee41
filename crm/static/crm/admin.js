"use strict";

// Icons are drawn from the names of their pictures, which nobody wants read aloud.
function hideIcons() {
  for (const icon of document.querySelectorAll(".material-symbols-outlined:not([aria-hidden])")) icon.ariaHidden = "true";
}
document.addEventListener("DOMContentLoaded", hideIcons);
document.addEventListener("htmx:afterSettle", hideIcons);

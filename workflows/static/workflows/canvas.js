"use strict";

// The tree is drawn smaller until it fits beside the panel, down to SMALLEST; what is wider is scrolled, and what is
// open is in view.
const SMALLEST = 0.7;
let wasAt = null;

function fitTree() {
  const tree = document.querySelector(".wf-tree");
  const canvas = tree?.querySelector(".wf-canvas");
  if (!canvas) return;
  canvas.style.zoom = 1;
  if (!window.matchMedia("(max-width: 640px)").matches) {
    canvas.style.zoom = Math.max(SMALLEST, Math.min(1, tree.clientWidth / canvas.scrollWidth));
  }
  tree.scrollLeft = wasAt ?? (tree.scrollWidth - tree.clientWidth) / 2;
  const open = tree.querySelector(".wf-open")?.getBoundingClientRect();
  if (!open) return;
  const frame = tree.getBoundingClientRect();
  if (open.left < frame.left) tree.scrollLeft -= frame.left - open.left + 16;
  else if (open.right > frame.right) tree.scrollLeft += open.right - frame.right + 16;
}

window.addEventListener("load", fitTree);
window.addEventListener("resize", fitTree);
document.addEventListener("htmx:beforeSwap", () => { wasAt = document.querySelector(".wf-tree")?.scrollLeft ?? null; });
document.addEventListener("htmx:afterSettle", fitTree);

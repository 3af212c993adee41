"use strict";
// Shows the message being written in the frame below the form, a moment after each change.
window.addEventListener("load", () => {
  const panel = document.getElementById("template-preview");
  const source = document.getElementById("template_form");
  if (!panel || !source) {
    return;
  }
  const form = panel.querySelector("form");
  const parts = ["language", "subject", "preheader", "html", "text"];
  let prefix = "texts-0";
  let timer = 0;

  function field(name) {
    let input = form.elements.namedItem(name);
    if (!input) {
      input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      form.append(input);
    }
    return input;
  }

  function show() {
    for (const name of parts) {
      const written = source.elements.namedItem(`${prefix}-${name}`);
      field(name).value = written ? written.value : "";
    }
    form.submit();
  }

  function soon(event) {
    const found = /^(texts-\d+)-/.exec(event.target.name || "");
    if (found) {
      prefix = found[1];
      clearTimeout(timer);
      timer = setTimeout(show, 400);
    }
  }

  source.addEventListener("input", soon);
  source.addEventListener("change", soon);
  source.addEventListener("focusin", (event) => {
    const found = /^(texts-\d+)-/.exec(event.target.name || "");
    if (found && found[1] !== prefix) {
      soon(event);
    }
  });
  show();
});

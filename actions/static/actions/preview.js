"use strict";
// Shows the message being written in the frame below the form, a moment after each change; tags go to the cursor.
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
  let asked = 0;
  let lastField = null;

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
    say();
  }

  // The subject and what is wrong stand beside the frame, which nothing of this page can read.
  async function say() {
    const mine = (asked += 1);
    const answer = await fetch(`${form.action}?part=said`, { method: "POST", body: new FormData(form) });
    if (!answer.ok || mine !== asked) {
      return;
    }
    const said = await answer.json();
    panel.querySelector("[data-subject]").textContent = said.subject;
    panel.querySelector("[data-problems]").replaceChildren(...said.problems.map((problem) => {
      const line = document.createElement("li");
      line.textContent = `⚠ ${problem}`;
      return line;
    }));
  }

  function insert(tag) {
    const field = lastField || source.elements.namedItem(`${prefix}-html`);
    field.focus();
    field.setRangeText(tag, field.selectionStart ?? 0, field.selectionEnd ?? 0, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
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
    if (found && event.target.matches("textarea, input[type=text]")) {
      lastField = event.target;
    }
    if (found && found[1] !== prefix) {
      soon(event);
    }
  });
  document.getElementById("template-tags")?.addEventListener("click", (event) => {
    const tag = event.target.closest("[data-insert]");
    if (tag) {
      insert(tag.dataset.insert);
    }
  });
  show();
});

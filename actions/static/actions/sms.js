"use strict";

// How long an SMS is, counted as it is written; the same rules as actions/channels/sms_text.py.
const SMS_BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const SMS_EXTENDED = new Set("^{}\\[~]|€\f");

function smsSize(text) {
  const letters = [...text];
  const isGsm = letters.every((letter) => SMS_BASIC.has(letter) || SMS_EXTENDED.has(letter));
  const widths = letters.map((letter) => (isGsm ? (SMS_EXTENDED.has(letter) ? 2 : 1) : letter.length));
  const [alone, each] = isGsm ? [160, 153] : [70, 67];
  const units = widths.reduce((sum, width) => sum + width, 0);
  const alphabet = isGsm ? "GSM-7" : "UCS-2";
  if (units <= alone) return { alphabet, units, parts: units ? 1 : 0, room: alone };
  let parts = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > each) {
      parts += 1;
      used = 0;
    }
    used += width;
  }
  return { alphabet, units, parts, room: parts * each };
}

// Merge tags are not counted; how to stop is, unless it is in the text.
function smsCounted(text, stop) {
  const plain = text.replace(/\{\{[^]*?\}\}|\{%[^]*?%\}/g, "").trim();
  return !stop || plain.includes(stop) ? plain : `${plain}\n${stop}`;
}

if (typeof module !== "undefined") module.exports = { smsSize, smsCounted };

if (typeof document !== "undefined") {
  const show = (field) => {
    const size = smsSize(smsCounted(field.value.replace(/\r\n/g, "\n"), field.dataset.smsStop));
    const line = document.getElementById(`${field.id}_helptext`);
    if (!line) return;
    line.textContent = field.dataset.sms.replace(/%(units|room|parts|alphabet)/g, (_, name) => size[name]);
  };
  const showAll = (root) => root.querySelectorAll?.("textarea[data-sms]").forEach(show);
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("textarea[data-sms]")) show(event.target);
  });
  document.addEventListener("DOMContentLoaded", () => showAll(document));
  document.addEventListener("htmx:afterSettle", (event) => showAll(event.target));
}

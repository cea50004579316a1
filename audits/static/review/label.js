// Keys 1, 2 and 3 press the three buttons; M marks the selected stretch of the answer. Without this file the page works by its buttons.
"use strict";
(() => {
  const answer = document.getElementById("answer");
  const form = document.getElementById("label");
  if (!form) return;
  const field = form.elements.namedItem("spans");
  const list = document.getElementById("marked");
  const mark = document.getElementById("mark");
  const whole = answer ? answer.textContent : "";
  let spans = []; // [start, end) in the halves that a browser counts

  // Characters as Python counts them, not halves of surrogate pairs.
  const characters = (text) => Array.from(text).length;

  const halves = (place) => Array.from(whole).slice(0, place).join("").length;

  const selected = () => {
    const selection = window.getSelection();
    if (!answer || !selection || !selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!answer.contains(range.startContainer) || !answer.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.setStart(answer, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = before.toString().length;
    const words = range.toString();
    return words.trim() ? [start, start + words.length] : null;
  };

  const show = () => {
    field.value = spans.length ? JSON.stringify(spans.map(([start, end]) => [characters(whole.slice(0, start)), characters(whole.slice(0, end))])) : "";
    list.replaceChildren(...spans.map(([start, end], place) => {
      const line = document.createElement("li");
      const said = document.createElement("mark");
      said.textContent = whole.slice(start, end);
      const away = document.createElement("button");
      away.type = "button";
      away.className = "plain";
      away.textContent = list.dataset.remove;
      away.addEventListener("click", () => { spans.splice(place, 1); show(); });
      line.append(said, " ", away);
      return line;
    }));
  };

  const take = () => {
    const found = selected();
    if (!found || !field) return;
    if (!spans.some(([start, end]) => start === found[0] && end === found[1])) spans.push(found);
    window.getSelection().removeAllRanges();
    show();
  };

  if (mark) {
    mark.hidden = false;
    mark.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
    mark.addEventListener("click", take);
  }

  if (field && field.value) {
    spans = JSON.parse(field.value).map((span) => span.map(halves)); // those of the label that is changed
    show();
  }

  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault(); // a key held down says it once
    sent = true;
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select, summary")) return;
    const button = form.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    } else if (event.key.toLowerCase() === "m" && mark) {
      event.preventDefault();
      take();
    }
  });
})();

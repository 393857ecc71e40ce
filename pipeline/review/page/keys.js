// What each key does, and the list of them.

import { byId, el, fill } from "./dom.js";

// [keys, what for, action]; the actions are given by main.js by name.
export const KEYS = [
  ["Decide", [
    [["a"], "accept, or save the correction", "accept"],
    [["r"], "reject: leave it out", "reject"],
    [["u"], "unsure: you cannot tell", "unsure"],
    [["c"], "comment; again: keep it without deciding", "comment"],
    [["z"], "undo the last decision", "undo"],
  ]],
  ["Correct", [
    [["l"], "labels", "labels"],
    [["d"], "description", "description"],
    [["t"], "transcript and times", "text"],
    [["i"], "it begins here", "edgeStart"],
    [["o"], "it ends here", "edgeEnd"],
    [["f"], "the next face is meant", "face"],
    [["1", "2", "3", "4"], "take that reviewer's side", "side"],
  ]],
  ["Play", [
    [[" "], "play or pause", "play"],
    [["s"], "slower: 0.5, 0.25, 0.1, and back to 1", "slower"],
    [[",", "ArrowLeft"], "one frame back", "frameBack"],
    [[".", "ArrowRight"], "one frame on", "frameOn"],
    [["["], "previous onset, apex or offset", "eventBack"],
    [["]"], "next onset, apex or offset", "eventOn"],
    [["Home"], "from the start", "fromStart"],
    [["w"], "loop the whole window", "whole"],
    [["b"], "boxes around faces", "boxes"],
  ]],
  ["Go", [
    [["j", "ArrowDown"], "next", "next"],
    [["k", "ArrowUp"], "previous", "previous"],
    [["/"], "search", "search"],
    [["?"], "these keys", "help"],
  ]],
];

const NAMES = { " ": "space", ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→" };
const TYPED_IN = "input, textarea, select, [contenteditable]";

// `settled`: a promise; what is pressed while a decision is sent is meant for what comes after it.
export function setUp(actions, settled) {
  const byKey = new Map(KEYS.flatMap(([, own]) => own).flatMap(([keys, , name]) => keys.map((key) => [key, name])));
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const isTyping = event.target.closest?.(TYPED_IN);
    if (isTyping) {
      leave(event, actions);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const isPressed = event.target.closest?.("button, a, summary") && (event.key === " " || event.key === "Enter");
    const name = byKey.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
    if (!name || isPressed) return;
    event.preventDefault();
    if (!event.repeat || /frame|next|previous/.test(name)) settled().then(() => actions[name](event.key));
  });
}

// In a field: escape leaves it, ctrl and enter keeps the correction.
function leave(event, actions) {
  if (event.isComposing) return;
  if (event.key === "Escape") event.target.blur();
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const isRemark = event.target.dataset.field === "comment";
    event.target.blur();
    actions[isRemark ? "comment" : "accept"]();
  }
}

export function showHelp() {
  const dialog = byId("help");
  fill(dialog, el("form", { method: "dialog" },
    el("h2", { id: "help-title" }, "Keys"),
    el("div", { class: "key-groups" }, KEYS.map(([group, own]) => el("section", {}, el("h3", {}, group),
      el("dl", {}, own.map(([keys, what]) => el("div", {},
        el("dt", {}, keys.map((key) => [el("kbd", {}, NAMES[key] ?? key.toUpperCase()), " "]).flat()), el("dd", {}, what))))))),
    el("p", {}, "While you type, keys are letters. ", el("kbd", {}, "Esc"), " leaves a field, ", el("kbd", {}, "Ctrl"), " ", el("kbd", {}, "Enter"), " keeps the correction and goes on."),
    el("p", {}, el("button", { class: "main-button" }, "Close"))));
  dialog.showModal();
}

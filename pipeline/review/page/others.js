// What was decided before: one's own, others' where they may be seen, and two side by side.

import { byId, el, fill, longWords, words } from "./dom.js";
import * as editor from "./editor.js";
import { span } from "./times.js";

const HELD = new Set(["accepted", "corrected"]); // what these say can be taken over

let sides = [];

export function open(unit, isDraft) {
  const isDisputed = unit.task === "adjudication";
  sides = isDisputed ? unit.decisions.filter((one) => one.verdict !== "commented") : [];
  const shown = isDisputed ? unit.decisions : unit.decisions.filter((one) => one.reviewer);
  fill(byId("others"),
    isDraft ? el("p", { class: "hint" }, "What you had begun here is back in the fields. It is not saved yet.") : null,
    isDisputed ? el("p", { class: "hint" }, "Reviewers differ. Take a side or say what holds; names are shown once it is decided.") : null,
    unit.awaits_second ? el("p", { class: "hint" }, "You have decided. A second reviewer has not yet, and will not see it before.") : null,
    shown.length ? el("ul", { class: isDisputed ? "sides" : "decided" }, shown.map((one) => card(unit, one))) : null);
}

// Begin from what a side said, by its number from 1 on.
export function take(number) {
  const side = sides[number - 1];
  if (side && HELD.has(side.verdict)) editor.take(side);
}

function card(unit, one) {
  const at = sides.indexOf(one);
  const name = one.is_mine && unit.task !== "adjudication" ? "You" : one.reviewer ? words(one.reviewer) : at < 0 ? "A remark" : `Reviewer ${at + 1}`;
  return el("li", {}, el("p", { class: "side-head" }, el("b", {}, name), " ", el("span", { class: `verdict-word is-${one.verdict}` }, one.verdict),
    at < 0 || !HELD.has(one.verdict) ? null : el("button", { type: "button", class: "quiet-button", onclick: () => take(at + 1) }, "Take ", el("kbd", {}, String(at + 1)))),
  one.labels?.length ? el("ul", { class: "chips small" }, one.labels.map((label) => el("li", { class: "chip" }, words(label)))) : null,
  changed(one.description, unit.emotion.description), changed(one.text, unit.text),
  one.start_s !== null || one.end_s !== null ? el("p", { class: "quiet" }, span(one.start_s ?? unit.start_s, one.end_s ?? unit.end_s)) : null,
  one.speaker_track !== null ? el("p", { class: "quiet" }, `face ${one.speaker_track}`) : null,
  one.comment ? el("div", { class: "remark" }, longWords(one.comment)) : null);
}

function changed(text, original) {
  return text && text !== original ? longWords(text) : null;
}

// What is said in the window, the utterance of now marked.

import { byId, el, fill, longWords, words } from "./dom.js";
import { clock } from "./times.js";

let lines = [];

export function open(unit, seek) {
  lines = unit.window.utterances.map((one) => ({
    one,
    made: el("li", { class: one.index === unit.utterance_index ? "is-it" : null },
      el("button", { type: "button", class: "line-time", onclick: () => seek(one.start_s), title: "Play from here" }, clock(one.start_s, 1)),
      el("div", {}, one.speaker ? el("b", {}, words(one.speaker), ": ") : null,
        one.text ? longWords(one.text, "span") : el("i", {}, "no transcript"))),
  }));
  fill(byId("transcript"), lines.length ? el("h2", {}, "Transcript") : null,
    lines.length ? el("ol", {}, lines.map((line) => line.made)) : el("p", { class: "quiet" }, "Nobody speaks in this window."));
}

export function draw(seconds) {
  for (const { one, made } of lines) made.classList.toggle("is-now", seconds >= one.start_s && seconds < one.end_s);
}

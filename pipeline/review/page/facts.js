// What else the row says: clues, voice, warnings, given labels, the model.

import { byId, el, fill, longWords, shown, words } from "./dom.js";
import { clock, span } from "./times.js";

const VERDICTS = { true: "✓", false: "✗", null: "?" };
const MEANINGS = { true: "measured", false: "not measured", null: "not looked for" };

export function open(unit, seek) {
  const { window, emotion, voice } = unit;
  const given = [...(window.extra ?? [])];
  if (window.label_given) given.push({ key: "label given to the model", value: window.label_given });
  fill(byId("facts"),
    warnings(window.warnings ?? []),
    clues(emotion.clues ?? [], seek),
    voice?.words ? section("Voice", el("p", {}, words(voice.words), el("span", { class: "quiet" }, figures(voice)))) : null,
    given.length ? section("From the manifest", list(given.map((one) => [one.key, one.value]))) : null,
    emotion.abstained && emotion.labels_raw ? section("What the model answered", longWords(emotion.labels_raw)) : null,
    madeWith(unit));
}

function section(name, ...children) {
  return el("section", { class: "fact" }, el("h2", {}, name), ...children);
}

function list(pairs) {
  return el("dl", {}, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => el("div", {}, el("dt", {}, words(name)), el("dd", {}, longWords(value, "span")))));
}

function warnings(all) {
  if (!all.length) return null;
  return section("Warnings", el("ul", { class: "warnings" }, all.map((one) => el("li", {}, longWords(one, "span")))));
}

function clues(all, seek) {
  if (!all.length) return null;
  return section("Clues", el("ul", { class: "clues" }, all.slice(0, 20).map((one) => el("li", {},
    el("span", { class: `verdict v-${one.supported}`, role: "img", "aria-label": MEANINGS[one.supported], title: MEANINGS[one.supported] }, VERDICTS[one.supported]),
    one.start_s === null ? null : el("button", { type: "button", class: "line-time", onclick: () => seek(one.start_s) }, one.start_s === one.end_s ? clock(one.start_s) : span(one.start_s, one.end_s)),
    longWords(one.text, "span")))));
}

function figures(voice) {
  const told = [
    voice.pitch_low_hz && `${Math.round(voice.pitch_low_hz)}–${Math.round(voice.pitch_high_hz)} Hz`,
    voice.loudness_db !== null && `${Math.round(voice.loudness_db)} dB`,
    voice.pace && `${voice.pace.toFixed(1)} syllables a second`,
  ].filter(Boolean);
  return told.length ? ` ${told.join(", ")}` : "";
}

function madeWith(unit) {
  const { window } = unit;
  const { model, media } = window;
  const size = media?.width ? `${media.width}×${media.height}, ${Number((media.fps ?? 0).toFixed(2))} frames a second` : null;
  return el("details", { class: "fact" }, el("summary", {}, "Made with"), list([
    ["file", unit.video_id],
    ["window", `${window.window_index + 1} of ${window.window_count ?? "?"}, ${span(window.start_s, window.end_s)}`],
    ["video", size],
    ["language", window.language],
    ["speaker's face", unit.speaker_track === null ? null : `${unit.speaker_track}${unit.speaker_score === null ? "" : `, sureness ${unit.speaker_score.toFixed(2)}`}`],
    ["model", model && shown(`${model.name} ${model.revision ?? ""}${model.trained ? `, trained: ${model.trained}` : ""}`)],
    ["face detector", window.detector && `${window.detector.name} ${window.detector.revision ?? ""}`],
    ["configuration", window.config_hash],
    ["made", window.created_at],
  ]));
}

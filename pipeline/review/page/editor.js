// What is said of the unit, to be corrected: labels, description, transcript, times, face, remark.

import { byId, el, fill } from "./dom.js";
import { LabelField } from "./labels.js";
import * as player from "./player.js";

const MOST = 20000;
const SAME_S = 0.0005;

let field;
let unit = null;
let inputs = {};
let onChange = () => {};
let track = null;
let begun = null;
let onTrack = () => {};

export function setUp(known, change, chooseTrack) {
  onChange = change;
  onTrack = chooseTrack;
  field = new LabelField(known, changed);
}

// `said`: the decision to begin from, or null to begin from the row.
export function open(shown, said) {
  unit = shown;
  track = said?.speaker_track ?? unit.speaker_track;
  inputs = {
    description: area(3, "description"),
    text: area(2, "text"),
    start: seconds("Begins"),
    end: seconds("Ends"),
    comment: area(2, "comment"),
  };
  const isSpoken = unit.utterance_index !== null;
  fill(byId("editor"),
    el("div", { class: "field" }, el("span", { class: "field-name" }, "Labels ", el("kbd", {}, "L"), abstained()), field.element),
    el("label", { class: "field" }, el("span", { class: "field-name" }, "Description ", el("kbd", {}, "D")), inputs.description),
    isSpoken ? el("label", { class: "field" }, el("span", { class: "field-name" }, "Transcript ", el("kbd", {}, "T"), source()), inputs.text) : null,
    el("div", { class: "times" }, timeField("Begins", "I", inputs.start), timeField("Ends", "O", inputs.end), faceField()),
    el("label", { class: "field" }, el("span", { class: "field-name" }, "Comment ", el("kbd", {}, "C")), inputs.comment),
  );
  field.set(said?.labels ?? unit.emotion.labels);
  field.confidences(unit.emotion.labels, unit.emotion.label_confidence);
  put(inputs.description, said?.description ?? unit.emotion.description);
  put(inputs.text, said?.text ?? unit.text);
  inputs.start.value = (said?.start_s ?? unit.start_s).toFixed(3);
  inputs.end.value = (said?.end_s ?? unit.end_s).toFixed(3);
  inputs.comment.value = said?.draft ?? "";
  begun = draft();
  changed();
}

// What stands in the fields, to begin from again; null where nothing was changed since it was opened.
export function leftOver() {
  if (!unit || JSON.stringify(draft()) === JSON.stringify(begun)) return null;
  return draft();
}

const draft = () => ({ ...said(), speaker_track: track, draft: comment() });

// The seconds that the unit has by now.
export function span() {
  const from = Number(inputs.start?.value);
  const to = Number(inputs.end?.value);
  return unit && to > from ? [from, to] : [unit?.start_s ?? 0, unit?.end_s ?? 0];
}

export const chosenTrack = () => track;

export function chooseTrack(number) {
  track = number;
  const select = byId("face");
  if (select) select.value = number === null ? "" : String(number);
  onTrack(number);
  changed();
}

// What a decision says; what was left as it is and is too long to be kept is left out.
export function said() {
  const [start, end] = [Number(inputs.start.value), Number(inputs.end.value)];
  return {
    labels: unit.emotion.labels === null && !field.get().length ? null : field.get(),
    description: kept(inputs.description, unit.emotion.description),
    text: unit.utterance_index === null ? null : kept(inputs.text, unit.text),
    start_s: Math.abs(start - unit.start_s) < SAME_S ? null : start,
    end_s: Math.abs(end - unit.end_s) < SAME_S ? null : end,
    speaker_track: track === unit.speaker_track ? null : track,
  };
}

export function clearComment() {
  inputs.comment.value = "";
}

export const comment = () => inputs.comment?.value.trim().slice(0, MOST) ?? "";

// Whether anything differs from the row.
export function isChanged() {
  if (!unit) return false;
  const now = said();
  const labels = unit.emotion.labels ?? [];
  return JSON.stringify(now.labels ?? []) !== JSON.stringify(labels)
    || inputs.description.value !== before(unit.emotion.description)
    || (unit.utterance_index !== null && inputs.text.value !== before(unit.text))
    || now.start_s !== null || now.end_s !== null || now.speaker_track !== null;
}

// Where the editor is begun from another's decision.
export function take(decision) {
  const before = begun;
  open(unit, decision);
  begun = before;
  onTrack(track);
}

export const focusLabels = () => field.focus();
export const focusDescription = () => inputs.description.focus();
export const focusText = () => (unit.utterance_index === null ? inputs.start : inputs.text).focus();
export const focusComment = () => inputs.comment.focus();

export function setEdge(name) {
  inputs[name].value = player.time().toFixed(3);
  changed();
}

function area(rows, name) {
  return el("textarea", { rows, dir: "auto", "data-field": name, oninput: () => { grow(inputs[name]); changed(); } });
}

function seconds(name) {
  return el("input", { type: "number", step: "0.01", min: "0", "aria-label": `${name}, seconds`, oninput: changed });
}

function timeField(name, key, input) {
  return el("label", { class: "field" }, el("span", { class: "field-name" }, `${name} `, el("kbd", {}, key)), input);
}

function faceField() {
  const faces = unit.window.faces ?? [];
  const select = el("select", {
    id: "face", "aria-label": "Face that speaks or is meant",
    onchange: () => {
      chooseTrack(select.value === "" ? unit.speaker_track : Number(select.value));
      select.blur();
    },
  }, unit.speaker_track === null ? el("option", { value: "" }, "none named") : null,
  faces.map((face) => el("option", { value: face.track_id }, `face ${face.track_id}`)));
  select.value = track === null ? "" : String(track);
  return el("label", { class: "field" }, el("span", { class: "field-name" }, "Face ", el("kbd", {}, "F")), select);
}

function abstained() {
  if (!unit.emotion.abstained) return null;
  return el("span", { class: "tag" }, `abstained${unit.emotion.abstained_reason ? `: ${unit.emotion.abstained_reason}` : ""}`);
}

function source() {
  return unit.window.utterances.find((one) => one.index === unit.utterance_index)?.text_source === "asr"
    ? el("span", { class: "tag" }, "recognised") : null;
}

function put(input, text) {
  input.value = before(text);
  input.maxLength = Math.max(MOST, input.value.length);
  grow(input);
}

// As a text field gives it back.
const before = (text) => (text ?? "").replaceAll("\r\n", "\n").replaceAll("\r", "\n");

function kept(input, original) {
  if (input.value === before(original)) return original !== null && original.length <= MOST ? original : null;
  return input.value.slice(0, MOST);
}

function grow(input) {
  input.style.height = "auto";
  input.style.height = `${Math.min(260, input.scrollHeight + 2)}px`;
}

function changed() {
  onChange();
}

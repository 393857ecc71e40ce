// The window as lanes: what is said, events of faces, curves of regions, the voice.

import { byId, el, fill, shown, svg } from "./dom.js";
import { curve } from "./curve.js";
import { clock, span } from "./times.js";

const KINDS = ["micro", "macro", "blink", "speech"];
const STEPS_S = [0.5, 1, 2, 5, 10, 15, 30, 60];
const VOICE_RATE = 25; // samples a second
const LEAST_SHARE = 0.25; // of the largest movement that fills the height of every region

let start = 0;
let end = 1;
let cursor = null;
let chosen = null;
let onSeek = () => {};

export function setUp(seek) {
  onSeek = seek;
  byId("timeline").addEventListener("click", (event) => {
    const lane = event.target.closest(".lane");
    if (!lane) return;
    const own = event.target.closest("[data-at]");
    const box = lane.getBoundingClientRect();
    onSeek(own ? Number(own.dataset.at) : start + ((event.clientX - box.left) / box.width) * (end - start));
  });
}

export function open(unit, track) {
  ({ start_s: start, end_s: end } = unit.window);
  cursor = el("div", { class: "cursor" });
  chosen = el("div", { class: "chosen-span" });
  const lanes = [...speech(unit), ...events(unit), ...curves(unit, track), ...voice(unit)];
  const drawn = lanes.map(([name, lane]) => [el("span", { class: "lane-name" }, shown(name)), lane]);
  fill(byId("timeline"), drawn.flat(), el("span"), axis(),
    el("div", { class: "over", "aria-hidden": "true" }, el("div", { class: "over-inner" }, chosen, cursor)));
}

export function draw(seconds) {
  if (cursor) cursor.style.left = `${left(seconds)}%`;
}

export function setSpan(from, to) {
  if (!chosen) return;
  chosen.style.left = `${left(from)}%`;
  chosen.style.width = `${left(to) - left(from)}%`;
}

const left = (seconds) => Math.min(100, Math.max(0, (100 * (seconds - start)) / (end - start || 1)));

function placed(made, from, to) {
  made.style.left = `${left(from)}%`;
  made.style.width = `${left(to) - left(from)}%`;
  return made;
}

function speech(unit) {
  if (!unit.window.utterances.length) return [];
  return [["speech", el("div", { class: "lane" }, unit.window.utterances.map((one) => placed(el("span", {
    class: `block speech ${one.index === unit.utterance_index ? "is-it" : ""}`, "data-at": one.start_s,
    title: shown(`${span(one.start_s, one.end_s)} ${one.speaker ?? ""} ${(one.text ?? "").slice(0, 120)}`),
  }, shown(one.speaker ?? String(one.index + 1)).slice(0, 40)), one.start_s, one.end_s)))]];
}

function events(unit) {
  const all = unit.window.events;
  return KINDS.filter((kind) => all.some((event) => event.kind === kind)).map((kind) => [
    kind === "speech" ? "mouthing" : kind,
    el("div", { class: "lane" }, all.filter((event) => event.kind === kind).map((event) => block(event, kind))),
  ]);
}

function block(event, kind) {
  const told = `${kind}, ${event.movement ?? event.region ?? ""}, face ${event.track_id}: onset ${clock(event.onset_s)}, apex ${clock(event.apex_s)}, offset ${clock(event.offset_s)}`;
  const made = placed(el("button", {
    type: "button", class: `block event k-${kind}`, "data-at": event.apex_s, title: shown(told), "aria-label": shown(told), tabindex: "-1",
  }), event.onset_s, event.offset_s);
  made.style.setProperty("--apex", `${100 * (event.apex_s - event.onset_s) / (event.offset_s - event.onset_s || 1)}%`);
  return made;
}

function curves(unit, track) {
  const all = unit.window.face_curves;
  const own = all.find((one) => one.track_id === track) ?? all[0];
  if (!own) return [];
  const highest = own.regions.map((region) => Math.max(0, ...region.values.filter(Number.isFinite)));
  const floor = LEAST_SHARE * Math.max(0, ...highest);
  return own.regions.map((region, at) => {
    const lane = el("div", { class: "lane curve" }, drawn("region", curve(own.times_s.map(left), region.values, 0, Math.max(highest[at], floor))));
    for (const event of unit.window.events) {
      if (event.track_id === own.track_id && event.region === region.name && KINDS.indexOf(event.kind) < 2) lane.prepend(block(event, event.kind));
    }
    return [region.name.replaceAll("_", " "), lane];
  });
}

function voice(unit) {
  const { voice: own, start_s: from } = unit;
  if (!own?.loudness_curve_db?.length) return [];
  const at = own.loudness_curve_db.map((_, sample) => left(from + sample / VOICE_RATE));
  const loudness = own.loudness_curve_db.filter(Number.isFinite);
  const pitch = (own.pitch_curve_hz ?? []).map((hertz) => (hertz ? Math.log2(hertz) : null));
  const voiced = pitch.filter(Number.isFinite);
  const loudest = Math.max(...loudness);
  const low = Math.min(...voiced);
  const high = Math.max(...voiced);
  const margin = Math.max(0, 1 - (high - low)) / 2 + 0.05;
  return [["voice", el("div", { class: "lane curve", title: "Loudness (thin) and pitch (thick)" },
    drawn("loudness", curve(at, own.loudness_curve_db, loudest - 40, loudest)),
    voiced.length ? drawn("pitch", curve(at, pitch, low - margin, high + margin)) : null)]];
}

function drawn(kind, path) {
  return svg("svg", { viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("path", { class: kind, d: path }));
}

function axis() {
  const step = STEPS_S.find((one) => (end - start) / one <= 6) ?? 120;
  const ticks = [];
  for (let at = Math.ceil(start / step) * step; left(at) < 90; at += step) {
    const tick = el("span", {}, clock(at, step < 1 ? 1 : 0));
    tick.style.left = `${left(at)}%`;
    ticks.push(tick);
  }
  return el("div", { class: "axis", "aria-hidden": "true" }, ticks);
}

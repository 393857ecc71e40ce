// The clip: it loops over the utterance, slowly if asked, and goes frame by frame.

import * as api from "./api.js";
import { byId, el, fill, shown } from "./dom.js";
import { clock } from "./times.js";

const SPEEDS = [1, 0.5, 0.25, 0.1];
const USUAL_FPS = 25;
const END_S = 0.01; // before the end of the span: the last frame is still its own
const HERE_S = 0.002;

const STILL = matchMedia("(prefers-reduced-motion: reduce)"); // then nothing plays unasked

const video = byId("video");
let shownUnit = null;
let offset = 0;
let spanOf = () => [0, 0];
let isWhole = false;
let stops = [];
let marks = [];
let speed = 1;

export function setUp(onTime) {
  stops.push(onTime);
  fill(byId("speed"), SPEEDS.map((one) => el("option", { value: one }, `${one}×`)));
  byId("speed").addEventListener("change", () => {
    setSpeed(Number(byId("speed").value));
    byId("speed").blur(); // so that keys are keys again
  });
  byId("play").addEventListener("click", toggle);
  byId("big-play").addEventListener("click", toggle);
  byId("frame-back").addEventListener("click", () => step(-1));
  byId("frame-on").addEventListener("click", () => step(1));
  byId("event-back").addEventListener("click", () => jump(-1));
  byId("event-on").addEventListener("click", () => jump(1));
  byId("whole").addEventListener("click", toggleWhole);
  video.addEventListener("click", toggle);
  for (const kind of ["play", "pause"]) video.addEventListener(kind, tellPlaying);
  for (const kind of ["seeked", "loadeddata", "timeupdate"]) video.addEventListener(kind, tell);
  video.addEventListener("ended", again);
  video.addEventListener("error", () => failed("This browser cannot play the clip."));
  requestAnimationFrame(watch);
}

// Show the clip of a unit and play it; `span` gives the seconds that are looped over.
export function open(unit, span) {
  const isSame = shownUnit?.window.window_id === unit.window.window_id && shownUnit?.clip.kind === unit.clip.kind;
  shownUnit = unit;
  spanOf = span;
  isWhole = false;
  offset = unit.clip.offset_s;
  marks = marksOf(unit.window.events);
  byId("whole").setAttribute("aria-pressed", "false");
  const { width, height } = unit.window.media ?? {};
  byId("screen").style.setProperty("--aspect", width && height ? width / height : 16 / 9);
  for (const id of ["event-back", "event-on"]) byId(id).disabled = !marks.length;
  byId("no-video").hidden = true;
  video.hidden = false;
  notice(unit.clip);
  if (unit.clip.kind === "gone") return failed(unit.clip.trouble);
  if (unit.clip.has_other_size) return refuse(unit);
  if (isSame && video.src) return start();
  return load(unit);
}

export const time = () => (video.readyState ? video.currentTime + offset : spanOf()[0]);
export const isPlaying = () => !video.paused;

export function toggle() {
  if (video.paused) play();
  else video.pause();
}

export function seek(seconds, andPlay = false) {
  video.currentTime = Math.max(0, seconds - offset + HERE_S);
  if (andPlay) play();
}

export function fromStart() {
  seek(spanOf()[0], true);
}

export function step(frames) {
  video.pause();
  const fps = shownUnit?.window.media?.fps || USUAL_FPS;
  const frame = Math.floor(video.currentTime * fps + 0.01) + frames;
  video.currentTime = Math.max(0, (frame + 0.5) / fps);
}

export function jump(direction) {
  const here = time();
  const near = 0.6 / (shownUnit?.window.media?.fps || USUAL_FPS);
  const next = direction > 0
    ? marks.find((mark) => mark.at > here + near) ?? marks[0]
    : marks.findLast((mark) => mark.at < here - near) ?? marks.at(-1);
  if (!next) return null;
  video.pause();
  if (next.at < spanOf()[0] || next.at > spanOf()[1]) setWhole(true);
  seek(next.at);
  return next;
}

export function slower() {
  setSpeed(SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length]);
}

export function toggleWhole() {
  setWhole(!isWhole);
}

export function looped() {
  const window = shownUnit.window;
  return isWhole ? [window.start_s, window.end_s] : spanOf();
}

function setWhole(value) {
  isWhole = value;
  byId("whole").setAttribute("aria-pressed", String(isWhole));
}

function marksOf(events) {
  return events
    .filter((event) => event.kind === "micro" || event.kind === "macro")
    .flatMap((event) => ["onset", "apex", "offset"].map((name) => ({ at: event[`${name}_s`], name, event })))
    .sort((one, other) => one.at - other.at);
}

function load(unit) {
  video.src = api.clipAddress(unit.unit_id, `${unit.version} ${unit.clip.kind}`);
  video.addEventListener("loadedmetadata", start, { once: true });
}

function start() {
  video.playbackRate = speed;
  seek(spanOf()[0], !STILL.matches);
}

function play() {
  const [from, to] = looped();
  if (time() >= to - END_S || time() < from - 0.05) seek(from);
  video.playbackRate = speed;
  video.play().then(
    () => { byId("big-play").hidden = true; },
    (fault) => { byId("big-play").hidden = fault.name !== "NotAllowedError"; },
  );
}

function again() {
  seek(looped()[0], true);
}

function watch() {
  if (!video.paused) {
    tell();
    if (time() >= looped()[1] - END_S) seek(looped()[0]);
  }
  requestAnimationFrame(watch);
}

function setSpeed(value) {
  speed = value;
  video.playbackRate = value;
  byId("speed").value = String(value);
}

function tell() {
  byId("now").textContent = clock(time());
  for (const stop of stops) stop(time());
}

function tellPlaying() {
  byId("play").textContent = video.paused ? "▶" : "❚❚";
  byId("play").setAttribute("aria-pressed", String(!video.paused));
}

function failed(why) {
  video.removeAttribute("src");
  video.load();
  video.hidden = true;
  byId("big-play").hidden = true;
  const place = byId("no-video");
  fill(place, "The video cannot be shown. ", el("bdi", {}, shown(why)), " Transcript, strips and curves stand beside it.");
  place.hidden = false;
}

// Another file lies in the place of the one that the row was made of.
function refuse(unit) {
  failed("Another file lies in its place.");
  byId("no-video").append(" ", el("button", {
    type: "button", class: "quiet-button", onclick: () => {
      byId("no-video").hidden = true;
      video.hidden = false;
      load(unit);
    },
  }, "Show that one all the same"));
}

function notice(clip) {
  const place = byId("notice");
  place.hidden = !clip.replaced;
  place.textContent = clip.replaced ? `The file is not as it was when the row was made: ${shown(clip.replaced)}.` : "";
}

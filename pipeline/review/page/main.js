// Starts the page, and brings its parts together.

import { announce, toast } from "./announce.js";
import * as api from "./api.js";
import { beginUnit } from "./attention.js";
import { byId, el, fill, shown, words } from "./dom.js";
import * as editor from "./editor.js";
import * as evidence from "./evidence.js";
import * as faces from "./faces.js";
import * as facts from "./facts.js";
import * as filters from "./filters.js";
import * as keys from "./keys.js";
import * as others from "./others.js";
import * as player from "./player.js";
import * as queue from "./queue.js";
import { ask, know, reviewer } from "./reviewer.js";
import * as timeline from "./timeline.js";
import { span } from "./times.js";
import * as transcript from "./transcript.js";
import * as verdicts from "./verdicts.js";

const TASKS = { audit: "audit: no confidence is shown", double: "blind: two reviewers", adjudication: "reviewers differ" };

let about = null;
let unit = null;
let opening = 0;
const drafts = new Map(); // by unit, what was begun and not saved

async function start() {
  about = await api.begin();
  byId("dataset").textContent = shown(about.dataset.split("/").filter(Boolean).at(-1) ?? about.dataset);
  byId("dataset").title = shown(about.dataset);
  await know(about.reviewer, about.reviewers);
  editor.setUp(about.labels, edited, tracked);
  player.setUp(atTime);
  faces.setUp((track) => editor.chooseTrack(track));
  timeline.setUp((seconds) => player.seek(seconds));
  verdicts.setUp(decided, undone);
  filters.setUp(about, () => queue.reload(true));
  queue.setUp(about, open);
  keys.setUp(actions, verdicts.settled);
  setUpHead();
  await queue.reload(true);
  const wanted = decodeURIComponent(location.hash.slice(1));
  if (wanted) await open(wanted);
  else queue.openFirst();
}

function setUpHead() {
  byId("help-open").addEventListener("click", keys.showHelp);
  byId("reviewer").addEventListener("click", async () => {
    await ask(about.reviewers);
    await queue.reload(true);
    if (unit) await open(unit.unit_id);
  });
  byId("queue-toggle").addEventListener("click", () => showQueue(!document.body.classList.contains("has-queue")));
}

function showQueue(isShown) {
  document.body.classList.toggle("has-queue", isShown);
  byId("queue-toggle").setAttribute("aria-expanded", String(isShown));
}

async function open(unitId) {
  opening += 1;
  const mine = opening;
  keepDraft();
  if (unitId === null) return close();
  showQueue(false);
  let found;
  try {
    found = await api.unit(unitId, reviewer());
  } catch (fault) {
    toast(fault.message, true);
    return null;
  }
  if (mine !== opening) return null;
  unit = found;
  history.replaceState(null, "", `#${encodeURIComponent(unitId)}`);
  byId("empty").hidden = true;
  document.body.classList.remove("is-empty");
  beginUnit();
  draw();
  announce(`${shown(unit.video_id)}, ${span(unit.start_s, unit.end_s, 1)}`);
  return null;
}

function draw() {
  const draft = drafts.get(unit.unit_id);
  editor.open(unit, draft ?? (unit.task === "adjudication" ? null : unit.mine));
  const track = editor.chosenTrack();
  faces.open(unit, track);
  timeline.open(unit, track);
  transcript.open(unit, (seconds) => player.seek(seconds, true));
  evidence.open(unit, showEvent);
  facts.open(unit, (seconds) => player.seek(seconds, true));
  others.open(unit, Boolean(draft));
  verdicts.open(unit);
  fill(byId("unit-head"), el("h2", {}, words(unit.video_id), " ", el("span", { class: "quiet" },
    `${unit.utterance_index === null ? "nobody speaks" : `utterance ${unit.utterance_index + 1}`}, ${span(unit.start_s, unit.end_s)}`)),
  TASKS[unit.task] ? el("span", { class: "tag" }, TASKS[unit.task]) : null,
  unit.state ? el("span", { class: `verdict-word is-${unit.state}` }, unit.state) : null);
  byId("panel").scrollTop = 0;
  byId("stage").scrollTop = 0;
  player.open(unit, editor.span);
  edited();
  atTime(unit.start_s);
  queue.mark(unit.unit_id);
}

function keepDraft() {
  const left = unit && editor.leftOver();
  if (left) drafts.set(unit.unit_id, left);
}

async function decided(verdict) {
  const { unit_id: unitId } = unit;
  drafts.delete(unitId);
  if (verdict === "commented") {
    editor.clearComment();
    await queue.reload();
    await open(unitId);
  } else {
    unit = null; // nothing of it is left to be kept
    await queue.afterDecision();
  }
}

function close() {
  unit = null;
  verdicts.open(null);
  queue.mark(null);
  byId("video").pause();
  document.body.classList.add("is-empty");
  byId("empty").textContent = queue.whatIsLeft();
  byId("empty").hidden = false;
  history.replaceState(null, "", "#");
  announce(queue.whatIsLeft());
}

function edited() {
  if (!unit) return;
  timeline.setSpan(...editor.span());
  verdicts.drawChanged();
}

function tracked(track) {
  faces.choose(track);
  timeline.open(unit, track);
  timeline.setSpan(...editor.span());
  atTime(player.time());
}

function atTime(seconds) {
  timeline.draw(seconds);
  faces.draw(seconds);
  transcript.draw(seconds);
}

function showEvent(seconds) {
  byId("video").pause();
  player.seek(seconds);
  byId("screen").scrollIntoView({ block: "nearest" });
}

async function undone(unitId) {
  await queue.reload();
  await open(unitId);
}

function jumped(direction) {
  const mark = player.jump(direction);
  if (mark) announce(`${mark.name} of ${mark.event.movement ?? mark.event.kind}`);
}

const actions = {
  accept: verdicts.accept,
  reject: () => verdicts.send("rejected"),
  unsure: () => verdicts.send("unsure"),
  comment: verdicts.remark,
  undo: verdicts.undo,
  labels: () => unit && editor.focusLabels(),
  description: () => unit && editor.focusDescription(),
  text: () => unit && editor.focusText(),
  edgeStart: () => unit && editor.setEdge("start"),
  edgeEnd: () => unit && editor.setEdge("end"),
  face: () => {
    const track = unit && faces.next(player.time());
    if (track === null) return;
    editor.chooseTrack(track);
    announce(`Face ${track}`);
  },
  side: (key) => others.take(Number(key)),
  play: player.toggle,
  slower: player.slower,
  frameBack: () => player.step(-1),
  frameOn: () => player.step(1),
  eventBack: () => jumped(-1),
  eventOn: () => jumped(1),
  fromStart: player.fromStart,
  whole: player.toggleWhole,
  boxes: faces.toggle,
  next: () => queue.move(1),
  previous: () => queue.move(-1),
  search: () => {
    showQueue(true);
    byId("search").focus();
  },
  help: keys.showHelp,
};

start().catch((fault) => {
  document.body.classList.add("is-empty");
  byId("empty").textContent = fault.message;
  byId("empty").hidden = false;
});

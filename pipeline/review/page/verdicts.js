// The bar of decisions, and what is sent.

import { toast } from "./announce.js";
import * as api from "./api.js";
import { seconds } from "./attention.js";
import { byId, el, fill } from "./dom.js";
import * as editor from "./editor.js";
import { reviewer } from "./reviewer.js";

const TOLD = {
  accepted: "Accepted", corrected: "Correction kept", rejected: "Rejected", unsure: "Unsure", commented: "Comment kept",
};

let unit = null;
let isSending = false;
let sending = Promise.resolve();
let onDecided = async () => {};
let onUndone = async () => {};
const made = [];

export function setUp(decided, undone) {
  onDecided = decided;
  onUndone = undone;
  const button = (id, name, key, action, kind = "") => el("button", { type: "button", id, class: kind, onclick: action },
    el("span", { class: "name" }, name), el("kbd", {}, key));
  fill(byId("verdicts"),
    button("accept", "Accept", "A", accept, "main-button"),
    button("reject", "Reject", "R", () => send("rejected")),
    button("unsure", "Unsure", "U", () => send("unsure")),
    button("comment", "Comment", "C", remark),
    button("undo", "Undo", "Z", undo));
}

export function open(shown) {
  unit = shown;
  for (const one of byId("verdicts").children) one.disabled = !unit && one.id !== "undo";
  byId("undo").disabled = !made.length && !unit?.mine;
}

export function drawChanged() {
  const isChanged = editor.isChanged();
  byId("accept").querySelector(".name").textContent = isChanged ? "Save correction" : "Accept";
  byId("accept").classList.toggle("is-correction", isChanged);
}

export const accept = () => send(editor.isChanged() ? "corrected" : "accepted");

export function remark() {
  if (editor.comment()) send("commented");
  else editor.focusComment();
}

export function send(verdict) {
  if (!unit) return sending;
  const decided = unit;
  const decision = {
    id: api.newId(), unit: unit.unit_id, version: unit.version, reviewer: reviewer(), verdict,
    ...(verdict === "corrected" ? editor.said() : {}), comment: editor.comment(), seconds: seconds(),
  };
  return alone(async () => {
    await api.decide(decision);
    made.push({ id: decision.id, unit: decided.unit_id, version: decided.version });
    toast(TOLD[verdict]);
    await onDecided(verdict);
  });
}

// Take back the last decision that was made here, else one's own of what is shown.
export function undo() {
  const own = unit?.mine;
  const last = made.at(-1) ?? (own && { id: own.id, unit: unit.unit_id, version: unit.version });
  if (!last) return sending;
  return alone(async () => {
    await api.decide({
      id: api.newId(), unit: last.unit, version: last.version, reviewer: reviewer(), verdict: "withdrawn", withdraws: last.id,
    });
    made.pop();
    toast("Taken back");
    await onUndone(last.unit);
  });
}

// Resolves when nothing is being sent.
export const settled = () => sending;

// One at a time: what is pressed twice is sent once.
function alone(act) {
  if (isSending) return sending;
  isSending = true;
  sending = act().catch((fault) => toast(fault.message, true)).finally(() => { isSending = false; });
  return sending;
}

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

export async function send(verdict) {
  if (!unit || isSending) return;
  isSending = true;
  const decided = unit;
  const decision = {
    id: api.newId(), unit: unit.unit_id, version: unit.version, reviewer: reviewer(), verdict,
    ...(verdict === "corrected" ? editor.said() : {}), comment: editor.comment(), seconds: seconds(),
  };
  try {
    await api.decide(decision);
    made.push({ id: decision.id, unit: decided.unit_id, version: decided.version });
    toast(TOLD[verdict]);
    await onDecided(verdict);
  } catch (fault) {
    toast(fault.message, true);
  } finally {
    isSending = false;
  }
}

// Take back the last decision that was made here, else one's own of what is shown.
export async function undo() {
  const own = unit?.mine;
  const last = made.at(-1) ?? (own && { id: own.id, unit: unit.unit_id, version: unit.version });
  if (!last || isSending) return;
  isSending = true;
  try {
    await api.decide({ ...{ id: api.newId(), verdict: "withdrawn", withdraws: last.id, reviewer: reviewer() }, unit: last.unit, version: last.version });
    made.pop();
    toast("Taken back");
    await onUndone(last.unit);
  } catch (fault) {
    toast(fault.message, true);
  } finally {
    isSending = false;
  }
}

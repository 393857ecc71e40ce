// The list at the left: pages of a queue.

import * as api from "./api.js";
import { byId, el, fill, words } from "./dom.js";
import { chosenFilters } from "./filters.js";
import { reviewer } from "./reviewer.js";
import { clock } from "./times.js";

const NAMES = {
  todo: "To do", audit: "Audit", disputed: "Disputed", mine: "Mine", all: "All",
};
const EMPTY = {
  todo: "Nothing is left to do here.",
  audit: "The audit is done.",
  disputed: "Nobody differs.",
  mine: "You have decided nothing yet.",
  all: "There is nothing here.",
};
const MARKS = {
  accepted: "✓", corrected: "✎", rejected: "✗", unsure: "?", disputed: "≠",
};
const PAGE = 50;

let queueName = "todo";
let offset = 0;
let total = 0;
let rows = [];
let current = null;
let onOpen = () => {};
let hasAudit = false;
let asking = 0;

export function setUp(about, open) {
  onOpen = open;
  hasAudit = about.has_audit;
  byId("page-back").addEventListener("click", () => turn(-1));
  byId("page-on").addEventListener("click", () => turn(1));
  let waiting = 0;
  byId("search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => reload(true), 200);
  });
}

export const count = () => total;

// Ask again for the page, from its first one on if `isNew`.
export async function reload(isNew = false) {
  if (isNew) offset = 0;
  asking += 1;
  const mine = asking;
  const fault = byId("queue-fault");
  try {
    const page = await api.queue({
      reviewer: reviewer(), queue: queueName, search: byId("search").value.slice(0, 1000), offset, limit: PAGE,
      ...chosenFilters(),
    });
    if (mine !== asking) return;
    ({ total, rows } = page);
    fault.hidden = true;
    draw(page.counts);
  } catch (trouble) {
    if (mine !== asking) return;
    fault.textContent = trouble.message;
    fault.hidden = false;
  }
}

export async function choose(name) {
  queueName = name;
  await reload(true);
  openFirst();
}

export function openFirst() {
  onOpen(rows.length ? rows[0].unit_id : null);
}

export function mark(unitId) {
  current = unitId;
  for (const row of byId("rows").querySelectorAll("button.row")) {
    const isIt = row.dataset.unit === unitId;
    if (isIt) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    if (isIt) row.scrollIntoView({ block: "nearest" });
  }
}

// The unit `step` rows further on; pages are turned.
export async function move(step) {
  const at = rows.findIndex((row) => row.unit_id === current);
  const next = at < 0 ? 0 : at + step;
  if (next < 0 && offset > 0) {
    await turn(-1);
    onOpen(rows.at(-1)?.unit_id ?? null);
  } else if (next >= rows.length && offset + rows.length < total) {
    await turn(1);
    openFirst();
  } else if (rows[next]) onOpen(rows[next].unit_id);
}

// After a decision: the one that comes after, whether or not what was decided still is in the list.
export async function afterDecision() {
  const at = Math.max(0, rows.findIndex((row) => row.unit_id === current));
  const wanted = rows[at + 1]?.unit_id;
  await reload();
  if (!rows.length && offset > 0) {
    offset = Math.max(0, offset - PAGE);
    await reload();
  }
  const next = rows.find((row) => row.unit_id === wanted) ?? rows[Math.min(at, rows.length - 1)];
  if (next && next.unit_id === current && rows.length > 1 && at + 1 >= rows.length && offset + rows.length < total) {
    await turn(1);
    openFirst();
    return;
  }
  onOpen(next?.unit_id ?? null);
}

export const whatIsLeft = () => EMPTY[queueName];

async function turn(step) {
  offset = Math.max(0, Math.min(offset + step * PAGE, Math.max(0, total - 1)));
  await reload();
  byId("rows").scrollTop = 0;
}

function draw(counts) {
  const names = Object.keys(NAMES).filter((name) => name !== "audit" || hasAudit);
  fill(byId("tabs"), names.map((name) => el("button", {
    type: "button", "aria-pressed": String(name === queueName), "data-queue": name,
    onclick: () => choose(name),
  }, el("span", { class: "count" }, counts[name].toLocaleString("en")), " ", NAMES[name])));
  fill(byId("rows"), rows.map(drawRow));
  if (!rows.length) fill(byId("rows"), el("li", { class: "none" }, EMPTY[queueName]));
  byId("page-where").textContent = total
    ? `${(offset + 1).toLocaleString("en")}–${(offset + rows.length).toLocaleString("en")} of ${total.toLocaleString("en")}`
    : "none";
  byId("page-back").disabled = offset === 0;
  byId("page-on").disabled = offset + rows.length >= total;
  mark(current);
}

function drawRow(row) {
  const state = row.state ?? row.mine;
  const doubt = row.doubt === null ? null : el("span", { class: "doubt", title: `doubt ${row.doubt.toFixed(2)}` });
  doubt?.style.setProperty("--doubt", row.doubt);
  const labels = (row.labels ?? []).map((one) => words(one));
  return el("li", {}, el("button", {
    type: "button", class: `row ${state ? `is-${state}` : ""}`, "data-unit": row.unit_id, onclick: () => onOpen(row.unit_id),
  },
  el("span", { class: "row-head" },
    el("span", { class: "mark", role: "img", "aria-label": state ?? "open" }, MARKS[state] ?? ""),
    words(row.video_id), el("span", { class: "when" }, clock(row.start_s, 1))),
  el("span", { class: "row-text" }, row.text ? words(row.text) : el("i", {}, row.is_silent ? "nobody speaks" : "no transcript")),
  el("span", { class: "row-labels" },
    labels.length ? labels : el("i", {}, row.abstained ? "abstained" : ""),
    row.label_count > labels.length ? el("span", {}, `+${row.label_count - labels.length}`) : null,
    row.micro_events ? el("span", { class: "tag micro" }, `${row.micro_events} micro`) : null,
    row.is_audit ? el("span", { class: "tag" }, "audit") : null,
    row.is_double ? el("span", { class: "tag" }, "blind") : null),
  doubt));
}

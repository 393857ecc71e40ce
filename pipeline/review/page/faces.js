// Boxes over the picture, one for each face; the chosen one speaks or is meant.

import { byId, el, fill } from "./dom.js";

const MISSING_S = 0.25;
const SHARES = 10000;

let faces = [];
let chosen = null;
let onChoose = () => {};
let isShown = true;

export function setUp(choose) {
  onChoose = choose;
  byId("show-boxes").addEventListener("click", toggle);
}

export function open(unit, track) {
  faces = unit.window.faces ?? [];
  fill(byId("boxes"), faces.map((face) => el("button", {
    type: "button", class: "box", "data-track": face.track_id, tabindex: "-1",
    "aria-label": `Face ${face.track_id}`, onclick: () => onChoose(face.track_id),
  }, el("span", {}, String(face.track_id)))));
  choose(track);
  byId("show-boxes").disabled = !faces.length;
}

export function choose(track) {
  chosen = track;
  for (const box of byId("boxes").children) {
    const isIt = Number(box.dataset.track) === chosen && chosen !== null;
    box.classList.toggle("is-chosen", isIt);
    box.setAttribute("aria-pressed", String(isIt));
  }
}

// The track after the chosen one, of those that are in sight at a time, else of all.
export function next(seconds) {
  const inSight = faces.filter((face) => placeAt(face, seconds));
  const order = (inSight.length > 1 ? inSight : faces).map((face) => face.track_id);
  return order.length ? order[(order.indexOf(chosen) + 1) % order.length] : null;
}

export function toggle() {
  isShown = !isShown;
  byId("boxes").hidden = !isShown;
  byId("show-boxes").setAttribute("aria-pressed", String(isShown));
}

export function draw(seconds) {
  faces.forEach((face, at) => {
    const box = byId("boxes").children[at];
    const place = placeAt(face, seconds);
    box.hidden = !place;
    if (!place) return;
    box.style.left = `${100 * place[0]}%`;
    box.style.top = `${100 * place[1]}%`;
    box.style.width = `${100 * (place[2] - place[0])}%`;
    box.style.height = `${100 * (place[3] - place[1])}%`;
  });
}

// [x0, y0, x1, y1] as shares of the picture; null where the face is out of sight.
function placeAt(face, seconds) {
  const times = face.box_times_s;
  if (!times?.length) return seconds >= face.start_s && seconds <= face.end_s ? face.box : null;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= seconds) low = middle;
    else high = middle - 1;
  }
  const after = Math.min(low + 1, times.length - 1);
  const gap = times[after] - times[low];
  if (seconds < times[0] - MISSING_S || seconds > times.at(-1) + MISSING_S || (gap > 2 * MISSING_S && seconds - times[low] > MISSING_S && times[after] - seconds > MISSING_S)) return null;
  const part = gap > 0 ? Math.min(1, Math.max(0, (seconds - times[low]) / gap)) : 0;
  return [0, 1, 2, 3].map((at) => (face.boxes[4 * low + at] * (1 - part) + face.boxes[4 * after + at] * part) / SHARES);
}

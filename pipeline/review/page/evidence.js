// What was measured: pictures of events, the face strip.

import { byId, el, fill, picture, shown } from "./dom.js";
import { span } from "./times.js";

const MOST = 12;

export function open(unit, seek) {
  const { window } = unit;
  const events = window.events.filter((event) => event.kind === "micro" || event.kind === "macro").slice(0, MOST);
  fill(byId("evidence"),
    events.length ? el("h2", {}, "Movements") : null,
    events.length ? el("ul", { class: "events" }, events.map((event) => card(event, seek))) : null,
    !window.looked_for_events ? el("p", { class: "quiet" }, "Nobody looked for movements of faces in this run.") : null,
    window.face_strip ? el("h2", {}, "Main face") : null,
    window.face_strip ? el("div", { class: "strip" }, picture(window.face_strip, "Crops of the main face over the window")) : null);
}

function card(event, seek) {
  const units = event.action_units?.length ? ` (AU${event.action_units.join("+")})` : "";
  const sure = event.confidence === null ? "" : `, sureness ${event.confidence.toFixed(2)}`;
  return el("li", {}, el("button", { type: "button", class: `event-card k-${event.kind}`, onclick: () => seek(event.onset_s) },
    el("b", {}, event.kind), " ", shown(event.movement ?? event.region ?? ""), units,
    el("span", { class: "quiet" }, ` ${span(event.onset_s, event.offset_s)}, face ${event.track_id}${sure}`),
    event.strip ? picture(event.strip, "Onset, apex and offset") : null));
}

// What happened, for the eye and for screen readers.

import { byId, shown } from "./dom.js";

let hiding = 0;

export function announce(text) {
  byId("announce").textContent = shown(text);
}

export function toast(text, isFault = false) {
  const place = byId("toast");
  place.textContent = shown(text);
  place.classList.toggle("is-fault", isFault);
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { place.hidden = true; }, isFault ? 8000 : 2200);
  announce(text);
}

// Who reviews: asked once, kept in the browser.

import { byId, el, fill, shown } from "./dom.js";

const KEY = "microemo.reviewer";

let name = "";

export const reviewer = () => name;

// Resolves when there is a name.
export async function know(proposed, known) {
  name = proposed || remembered() || "";
  if (!name) await ask(known);
  tell();
}

export async function ask(known) {
  const dialog = byId("who");
  const field = el("input", {
    id: "who-name", required: true, maxlength: 100, autocomplete: "off", list: "who-known", value: name,
  });
  const form = el("form", { method: "dialog" },
    el("h2", { id: "who-title" }, "Who reviews?"),
    el("p", {}, "Your name stands on each decision, and you see your own first. Whoever reviews the same utterances takes another."),
    el("label", { class: "field" }, "Name", field),
    el("datalist", { id: "who-known" }, known.map((one) => el("option", { value: one }))),
    el("p", {}, el("button", { class: "main-button" }, "Begin")),
  );
  fill(dialog, form);
  dialog.showModal();
  field.select();
  await new Promise((resolve) => {
    dialog.addEventListener("cancel", (event) => { if (!name) event.preventDefault(); });
    dialog.addEventListener("close", resolve, { once: true });
  });
  const given = field.value.trim();
  if (given) {
    name = given;
    remember();
  } else if (!name) await ask(known);
  tell();
}

// A browser may be told to keep nothing.
function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember() {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // It is asked again next time.
  }
}

function tell() {
  byId("reviewer").textContent = shown(name);
  byId("reviewer").setAttribute("aria-label", `Reviewer ${shown(name)}; change`);
}

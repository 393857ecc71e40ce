// Elements made of plain text: what stands in a row is never taken for markup.

const TURNING = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
const SHORT = 1200;
const MORE = 20000;

export const byId = (id) => document.getElementById(id);

// An element with attributes, handlers (onclick: ...) and children; null children are left out.
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== ""));
  return made;
}

export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat().filter((one) => one !== null && one !== undefined));
}

// A text of a row on its own: whatever its direction, its neighbours keep theirs.
export function words(text, kind = "bdi") {
  return el(kind, kind === "bdi" ? {} : { dir: "auto" }, shown(text));
}

export function shown(text) {
  return String(text ?? "").replace(TURNING, "\ufffd").replace(CONTROL, "\ufffd");
}

// As `words`, the rest of a long text behind a button.
export function longWords(text, kind = "p") {
  const whole = shown(text);
  if (whole.length <= SHORT) return words(whole, kind);
  let until = SHORT;
  const part = words(whole.slice(0, until), kind);
  const more = el("button", { type: "button", class: "quiet-button more" });
  const tell = () => { more.textContent = `Show more (${(whole.length - until).toLocaleString("en")} characters)`; };
  more.addEventListener("click", () => {
    part.append(whole.slice(until, until + MORE));
    until += MORE;
    if (until >= whole.length) more.remove();
    else tell();
  });
  tell();
  return el("div", {}, part, more);
}

export function picture(base64, alternative) {
  return el("img", { src: `data:image/jpeg;base64,${base64}`, alt: alternative, loading: "lazy" });
}

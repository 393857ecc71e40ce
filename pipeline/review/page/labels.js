// Labels as chips: free words, with completion from those that were given before.

import { announce } from "./announce.js";
import { el, fill, shown } from "./dom.js";

const OFFERED = 12;
const MOST_CHARACTERS = 200;

export class LabelField {
  constructor(known, onChange) {
    this.known = known;
    this.onChange = onChange;
    this.labels = [];
    this.confidence = new Map();
    this.chips = el("ul", { class: "chips", "aria-label": "Labels" });
    this.offers = el("datalist", { id: "label-offers" });
    this.input = el("input", {
      id: "label-input", list: "label-offers", autocomplete: "off", autocapitalize: "off", maxlength: MOST_CHARACTERS,
      placeholder: "add a label", "aria-label": "Add a label; enter adds it, backspace takes the last away",
      oninput: () => this.offer(), onkeydown: (event) => this.keyed(event), onblur: () => this.take(),
    });
    this.element = el("div", { class: "label-field" }, this.chips, this.input, this.offers);
  }

  set(labels, confidence) {
    this.labels = [...(labels ?? [])];
    this.confidence = new Map((labels ?? []).map((label, at) => [label, confidence?.[at]]));
    this.input.value = "";
    this.draw();
  }

  confidences(labels, figures) {
    this.confidence = new Map((labels ?? []).map((label, at) => [label, figures?.[at]]));
    this.draw();
  }

  get() {
    this.take();
    return [...this.labels];
  }

  focus() {
    this.input.focus();
  }

  keyed(event) {
    if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === ",") {
      if (this.input.value.trim() || event.key === ",") event.preventDefault();
      this.take();
    } else if (event.key === "Backspace" && !this.input.value && this.labels.length) {
      this.remove(this.labels.at(-1));
    }
  }

  // What is typed becomes labels; commas part them.
  take() {
    const typed = this.input.value.split(",").map((one) => one.trim()).filter(Boolean);
    this.input.value = "";
    const added = typed.filter((one) => !this.labels.some((label) => label.toLowerCase() === one.toLowerCase()));
    if (!added.length) return;
    this.labels.push(...added);
    for (const one of added) if (!this.known.includes(one)) this.known.push(one);
    announce(`Added ${added.join(", ")}`);
    this.changed();
  }

  remove(label) {
    this.labels = this.labels.filter((one) => one !== label);
    announce(`Took away ${label}`);
    this.changed();
  }

  changed() {
    this.draw();
    this.onChange();
  }

  draw() {
    fill(this.chips, this.labels.map((label) => {
      const share = this.confidence.get(label);
      const chip = el("li", { class: "chip" }, el("bdi", {}, shown(label)),
        Number.isFinite(share) ? el("span", { class: "share" }, share.toFixed(2)) : null,
        el("button", { type: "button", "aria-label": `Take away ${shown(label)}`, onclick: () => { this.remove(label); this.focus(); } }, "×"));
      chip.style.setProperty("--share", `${Number.isFinite(share) ? 100 * share : 0}%`);
      return chip;
    }));
  }

  offer() {
    const typed = this.input.value.trim().toLowerCase();
    const fits = typed ? this.known.filter((one) => one.toLowerCase().includes(typed)) : [];
    fits.sort((one, other) => Number(other.toLowerCase().startsWith(typed)) - Number(one.toLowerCase().startsWith(typed)));
    fill(this.offers, fits.slice(0, OFFERED).map((one) => el("option", { value: one })));
  }
}

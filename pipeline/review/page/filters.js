// Conditions on columns, an expression, and the order.

import { byId, el, fill } from "./dom.js";

const OF_TEXT = ["contains", "is", "is not", "is empty", "is not empty"];
const OF_NUMBERS = ["at least", "at most", "is", "is not", "is empty", "is not empty"];
const OF_LISTS = ["contains", "is", "at least", "at most", "is empty", "is not empty"];
const OF_FLAGS = ["is true", "is false", "is empty"];
const WITHOUT_VALUE = new Set(["is empty", "is not empty", "is true", "is false"]);
const FIRST = "confidence";

let columns = [];

export function setUp(about, apply) {
  columns = about.columns;
  fill(byId("sort"), columns.map((column) => el("option", { value: column.name }, column.name)));
  byId("sort").value = "doubt";
  byId("filters-toggle").addEventListener("click", () => {
    const form = byId("filters");
    form.hidden = !form.hidden;
    byId("filters-toggle").setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden && !byId("filter-rows").children.length) addCondition();
  });
  byId("filter-add").addEventListener("click", addCondition);
  byId("filters").addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  byId("filters").addEventListener("reset", () => {
    fill(byId("filter-rows"));
    setTimeout(() => {
      byId("sort").value = "doubt";
      apply();
    });
  });
}

export function chosenFilters() {
  const filters = [...byId("filter-rows").children].map((row) => ({
    column: row.querySelector("[name=column]").value,
    operator: row.querySelector("[name=operator]").value,
    value: row.querySelector("[name=value]").value.slice(0, 1000),
  })).filter((one) => one.value !== "" || WITHOUT_VALUE.has(one.operator));
  return {
    filters,
    where: byId("where").value.slice(0, 10000),
    sort: byId("sort").value || "doubt",
    descending: byId("descending").checked,
  };
}

function addCondition() {
  const column = el("select", { name: "column", "aria-label": "Column" },
    columns.map((one) => el("option", { value: one.name }, one.name)));
  const operator = el("select", { name: "operator", "aria-label": "How" });
  const value = el("input", { name: "value", "aria-label": "Value", autocomplete: "off", spellcheck: "false" });
  const offer = () => fill(operator, operatorsOf(column.value).map((one) => el("option", {}, one)));
  const ask = () => { value.hidden = WITHOUT_VALUE.has(operator.value); };
  column.value = columns.some((one) => one.name === FIRST) ? FIRST : columns[0].name;
  column.addEventListener("change", () => { offer(); ask(); });
  operator.addEventListener("change", ask);
  offer();
  const row = el("div", { class: "condition" }, column, operator, value,
    el("button", { type: "button", class: "quiet-button", "aria-label": "Take this condition away", onclick: () => row.remove() }, "×"));
  byId("filter-rows").append(row);
  column.focus();
}

function operatorsOf(name) {
  const type = columns.find((one) => one.name === name)?.type ?? "string";
  if (type.startsWith("list")) return OF_LISTS;
  if (type === "bool") return OF_FLAGS;
  return /^(int|float|double|uint)/.test(type) ? OF_NUMBERS : OF_TEXT;
}

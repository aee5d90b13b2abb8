// What the weight was computed from: the uncertainty budget, and every step of both surveys.
import { text, word } from "./catalogue.js";
import { h } from "./dom.js";
import { shareBar } from "./drawings.js";
import { figure, number, twoDigits } from "./figures.js";

const ROWS_OF_BUDGET = 12;

export const computation = (sheet) => h("section", {}, budget(sheet), steps(sheet));

function budget({ budget: rows }) {
  if (rows.length === 0) return null;
  const rest = rows.slice(ROWS_OF_BUDGET).reduce((sum, row) => sum + row.share, 0);
  return [h("h2", {}, text("budget")),
    h("div", { class: "card scroll" }, h("table", { id: "budget" },
      h("thead", {}, h("tr", {}, h("th", {}, text("input")), h("th", {}, text("survey")),
        ["uncertainty", "contribution", "share"].map((key) => h("th", { class: "number" }, text(key))), h("th", {}))),
      h("tbody", {}, rows.slice(0, ROWS_OF_BUDGET).map(budgetRow),
        rest > 0 && h("tr", {}, h("td", { colspan: 4 }, text("others")), shareCells(rest)))))];
}

const budgetRow = (row) =>
  h("tr", {}, h("td", {}, inputName(row.input)), h("td", {}, row.stage ? text(row.stage) : text("bothSurveys")),
    h("td", { class: "number" }, `${twoDigits(row.standard_uncertainty)} ${row.unit ?? ""}`),
    h("td", { class: "number" }, number(row.contribution_t, 1)), shareCells(row.share));

const shareCells = (share) => [h("td", { class: "number" }, `${number(100 * share, 1)} %`), h("td", {}, shareBar(share))];

// An input is a quantity of the survey, a kind of contents, or a tank by its own name.
function inputName(name) {
  const known = ["inputs", "contents"].find((section) => word(section, name) !== name.replaceAll("_", " "));
  return known ? word(known, name) : name;
}

function steps({ conditions }) {
  const rows = new Map();
  for (const condition of conditions)
    for (const step of condition.steps) rows.set(step.name, { ...step, values: { ...rows.get(step.name)?.values, [condition.stage]: step.value } });
  const stages = conditions.map((condition) => condition.stage);
  return h("details", {}, h("summary", {}, h("h2", {}, text("steps"))),
    h("div", { class: "card scroll" }, h("table", { id: "steps" },
      h("thead", {}, h("tr", {}, h("th", {}, text("step")), h("th", {}, text("symbol")), stages.map((stage) => h("th", { class: "number" }, text(stage))),
        ["unit", "formula", "source"].map((key) => h("th", {}, text(key))))),
      h("tbody", {}, [...rows.values()].map((step) => h("tr", {}, h("td", {}, word("steps", step.name)), h("td", {}, step.symbol),
        stages.map((stage) => h("td", { class: "number" }, figure(step.values[stage], step.unit))),
        h("td", {}, step.unit), h("td", { class: "soft small" }, step.formula), h("td", { class: "soft small" }, step.source)))))));
}

// The weight with its uncertainty, what looks wrong, the reports, and the twelve drafts it rests on.
import { currentLanguage, text, word } from "./catalogue.js";
import { attempt } from "./doing.js";
import { h } from "./dom.js";
import { figure, instant, number, quantity, shortNumber, signed, unitOf } from "./figures.js";
import * as service from "./service.js";

const REPORTS = ["certificate", "record_sheet", "workbook"];
const MARKS = ["forward", "midship", "aft"];
const SIDES = ["port", "starboard"];

export const summary = (data, reload) => h("section", { class: "grid summary" }, weight(data, reload), draftTable(data.stages));

function weight({ port_call: call, survey, stages }, reload) {
  const ready = stages.some((stage) => stage.complete);
  const button = h("button", { type: "button", class: survey ? null : "main", disabled: !ready,
    onclick: () => attempt(() => service.compute(call.id), reload) }, text(survey ? "recompute" : "compute"));
  if (!survey)
    return h("div", { class: "card", id: "weight" }, h("p", {}, text("noWeight"), " ", !ready && text("completeFirst")), button);
  const { document: sheet } = survey;
  return h("div", { class: "card", id: "weight" },
    h("p", { class: "soft" }, text("cargo"), survey.cargo_t !== null && ` · ${text(`${call.operation}Word`)}`, " ",
      survey.provisional && h("span", { class: "pill running" }, text("provisional"))),
    survey.cargo_t === null ? h("p", {}, text("noCargo")) : amount(survey),
    lading(sheet.bill_of_lading), reportLinks(survey), warnings(sheet.warnings),
    h("p", { class: "row small soft" }, button,
      `${text("version")} ${survey.version} · ${instant(survey.computed_at, currentLanguage())}`,
      h("span", {}, text("rounding"), text("colon"), word("roundings", sheet.rounding))));
}

const amount = (survey) =>
  h("div", { class: "weight" },
    h("span", { class: "figure", id: "cargo" }, `${number(Math.abs(survey.cargo_t), 1)} t`),
    survey.u95_t !== null && h("span", { class: "interval", id: "interval" }, `± ${number(survey.u95_t, 1)} t`,
      h("small", {}, ` 95 % · ± ${number(survey.document.u95_permille, 2)} ‰`)));

function lading(bill) {
  if (!bill) return null;
  return h("p", { class: "row" },
    h("span", {}, `${word("bill", "bill_of_lading_t")} `, h("strong", {}, `${number(bill.bill_of_lading_t, 1)} t`)),
    h("span", {}, `${word("bill", "difference_t")} `,
      h("strong", {}, `${signed(bill.difference_t, 1)} t`), ` (${signed(bill.difference_permille, 2)} ‰, ${word("bill", bill.outcome)})`));
}

const reportLinks = (survey) =>
  h("p", { class: "links" }, REPORTS.map((name) => h("span", {}, `${text(name)} `, ["zh", "en"].map((lang) =>
    [h("a", { href: survey.report_urls[`${name}_${lang}`], target: "_blank", rel: "noopener" }, lang === "zh" ? "中文" : "English"), " "]))));

function warnings(found) {
  if (found.length === 0) return h("p", { class: "fine small" }, text("noWarnings"));
  return found.map((warning) => h("p", { class: "warning small" },
    h("strong", {}, word("warnings", warning.code), warning.stage && ` [${text(warning.stage)}]`), text("colon"), sentence(warning)));
}

// The survey's sentences are English; in Chinese the numbers behind them speak, by name.
function sentence({ message, values, limit }) {
  if (currentLanguage() === "en") return message;
  const parts = Object.entries(values ?? {}).map(([name, value]) => `${word("values", name)} ${valued(name, value)}`);
  if (typeof limit === "number") parts.push(`${text("limit")} ${shortNumber(limit)}`);
  return parts.join(text("separator"));
}

const valued = (name, value) =>
  typeof value === "number" ? [shortNumber(value), unitOf(name)].filter(Boolean).join(" ") : word("value_words", value);

function draftTable(stages) {
  const cell = (stage, mark, side) => {
    const counting = stage.positions.find((place) => place.mark === mark && place.side === side);
    return h("td", { class: "number", title: counting.draft_m === null ? null : `u = ${quantity(counting.standard_uncertainty_m, "m")}` },
      figure(counting.draft_m, "m"));
  };
  return h("div", { class: "card scroll", id: "drafts" },
    h("p", { class: "soft" }, `${text("drafts")} (m)`),
    h("table", {},
      h("thead", {}, h("tr", {}, h("th", {}), h("th", {}), MARKS.map((mark) => h("th", { class: "number" }, text(mark))))),
      h("tbody", {}, stages.flatMap((stage) => SIDES.map((side, row) => h("tr", {},
        row === 0 && h("th", { rowspan: SIDES.length, scope: "rowgroup" }, text(stage.stage)),
        h("th", { scope: "row", class: "plain" }, text(side)), MARKS.map((mark) => cell(stage, mark, side))))))));
}

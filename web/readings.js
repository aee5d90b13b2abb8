// The readings of one survey: six places, each with what counts there, its evidence, and what else was read.
import { currentLanguage, refusal, text } from "./catalogue.js";
import { attempt } from "./doing.js";
import { h, show } from "./dom.js";
import { seriesPlot } from "./drawings.js";
import { number } from "./figures.js";
import * as service from "./service.js";

const PLACES = ["port", "starboard"].flatMap((side) => ["forward", "midship", "aft"].map((mark) => ({ mark, side })));

export const readingSection = (stage, reload) =>
  h("section", {}, h("h2", {}, `${text(stage.stage)} · ${text("readings")}`),
    stage.readings.length === 0 ? h("p", { class: "soft" }, text("none"))
      : h("div", { class: "grid three" }, PLACES.map((place) => placeCard(stage, place, reload))));

function placeCard(stage, { mark, side }, reload) {
  const own = stage.readings.filter((reading) => reading.mark === mark && reading.side === side);
  const counting = stage.positions.find((place) => place.mark === mark && place.side === side).reading_id;
  const foremost = own.find((reading) => reading.id === counting) ?? own.findLast((reading) => reading.decision !== "rejected") ?? own.at(-1);
  const others = own.filter((reading) => reading !== foremost);
  return h("article", { class: "card reading", "data-place": `${mark}_${side}` },
    h("header", {}, h("h3", {}, place(mark, side)), foremost && pill(foremost)),
    foremost ? readingBody(foremost, reload) : h("p", { class: "soft" }, text("noReading")),
    others.length > 0 && h("div", { class: "others small" }, h("h4", {}, text("otherReadings")), others.map(otherReading)));
}

const place = (mark, side) => (currentLanguage() === "zh" ? text(mark) + text(side) : `${text(mark)} ${text(side)}`);

function pill(reading) {
  const state = reading.decision ?? reading.status;
  return h("span", { class: `pill ${state}` }, text(state === "failed" ? "failedReading" : state));
}

const otherReading = (reading) =>
  h("div", {}, h("p", { class: "row" }, pill(reading), reading.draft_m !== null && `${number(reading.draft_m, 3)} m`), why(reading), evidence(reading));

function readingBody(reading, reload) {
  const draft = reading.decided_draft_m ?? reading.draft_m;
  return [
    draft !== null && h("p", { class: "row" }, h("span", { class: "draft" }, `${number(draft, 3)} m`), half(reading)),
    ["queued", "running"].includes(reading.status) && h("progress", { max: 1, value: reading.job?.progress ?? 0 }),
    why(reading),
    evidence(reading),
    reading.result?.series?.length > 1 && reading.draft_m !== null && seriesPlot(reading.result.series, reading.draft_m, reading.u95_m, text("series")),
    reading.result && h("p", { class: "small soft" }, seaFacts(reading.result)),
    reading.status === "ok" && !reading.decision && decisions(reading, reload),
  ];
}

function half({ decision, decided_standard_uncertainty_m: decided, u95_m: u95 }) {
  if (decision === "corrected" || u95 === null) return decided !== null && h("span", { class: "soft" }, `u = ${number(decided, 3)} m`);
  return h("span", { class: "soft" }, `± ${number(u95, 3)} m (95 %)`);
}

function why(reading) {
  const stated = reading.decision_reason && h("p", { class: "small soft" },
    !reading.footage_id && `${text("takenByPerson")} · `, [reading.decided_by, reading.decision_reason].filter(Boolean).join(text("colon")));
  if (reading.status === "refused") return [h("p", { class: "warning small" }, refusal(reading.result?.reason, reading.reason)), stated];
  if (reading.status === "failed") return [h("p", { class: "problem small" }, reading.reason), stated];
  return stated;
}

function evidence({ evidence: files }) {
  const strip = ["lowest", "highest", "clean"].map((role) => files.find((file) => file.role === role)).filter(Boolean);
  const nearest = files.find((file) => file.role === "nearest" || file.role === "refused");
  return [nearest && picture(nearest, "evidence"), strip.length > 0 && h("div", { class: "strip" }, strip.map((file) => picture(file, "small")))];
}

const picture = (file, kind) =>
  h("button", { type: "button", class: `picture ${kind}`, title: text(file.role), onclick: () => show(h("img", { src: file.url, alt: text(file.role) }), h("p", {}, text(file.role))) },
    h("img", { src: file.url, alt: text(file.role), loading: "lazy" }));

function seaFacts({ waves, frames, scale, rules }) {
  const left = Object.values(frames.rejected ?? {}).reduce((sum, count) => sum + count, 0);
  const known = (value, words) => typeof value === "number" && words(value);
  return [
    `${frames.used} ${text("frames")}`,
    left > 0 && `${left} ${text("framesRejected")}`,
    known(waves.significant_height_m, (height) => `${text("waves")} ${number(height, 2)} m`),
    known(waves.mean_period_s, (period) => `${text("period")} ${number(period, 1)} s`),
    known(scale.numerals, (marks) => `${number(marks, 0)} ${text("marksUsed")}`),
    known(scale.residual_m, (residual) => `${text("residual")} ${number(1000 * residual, 1)} mm`),
    ...["extremes", "two_thirds"].map((rule) => known(rules[rule], (level) => `${text(rule)} ${number(level, 3)} m`)),
  ].filter(Boolean).join(" · ");
}

function decisions(reading, reload) {
  const refuse = () => {
    const reason = h("input", { type: "text", required: true, "aria-label": text("reason"), placeholder: text("reason") });
    const send = (event) => {
      event.preventDefault();
      attempt(() => service.reject(reading.id, reason.value), reload);
    };
    show(h("form", { class: "row", onsubmit: send }, reason, h("button", { type: "submit", class: "main" }, text("reject"))));
  };
  return h("p", { class: "row" },
    h("button", { type: "button", class: "main", onclick: () => attempt(() => service.accept(reading.id), reload) }, text("accept")),
    h("button", { type: "button", onclick: refuse }, text("reject")));
}

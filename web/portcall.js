// The page of one port call: weight, readings with their evidence, footage, computation, records.
import { currentLanguage, number, text } from "./catalogue.js";
import { h, show } from "./dom.js";
import { seriesPlot, shareBar, trackDrawing } from "./drawings.js";
import * as service from "./service.js";

const REPORTS = ["certificate", "record_sheet", "workbook"];

export function portCallPage(data, reload) {
  return [
    title(data),
    weight(data, reload),
    data.stages.map((stage) => [h("h2", {}, `${text(stage.stage)} · ${text("readings")}`), readings(stage, reload)]),
    data.stages.map((stage) => [h("h2", {}, `${text(stage.stage)} · ${text("footage")}`), flights(data, stage, reload)]),
    data.survey && computation(data.survey.document),
    records(data),
  ];
}

function title({ port_call: call, vessel }) {
  const facts = [call.cargo, [text("voyage"), call.voyage].filter(Boolean).join(" "), call.port, call.berth && `${text("berth")} ${call.berth}`];
  return [h("h1", {}, vessel.name), h("p", { class: "soft" }, facts.filter(Boolean).join(" · "))];
}

function weight({ port_call: call, survey, stages }, reload) {
  const button = h("button", { type: "button", class: "main", disabled: !stages.some((stage) => stage.complete), onclick: () => attempt(service.compute(call.id), reload) }, text("compute"));
  if (!survey) return h("section", { class: "card row" }, text("noWeight"), button);
  const { document: sheet } = survey;
  return h("section", { class: "card", id: "weight" },
    h("p", { class: "soft" }, text("cargo"), " ", survey.provisional && h("span", { class: "pill running" }, text("provisional"))),
    h("div", { class: "weight" },
      h("span", { class: "figure", id: "cargo" }, `${number(Math.abs(survey.cargo_t), 1)} t`),
      h("span", { class: "interval", id: "interval" }, `± ${number(survey.u95_t, 1)} t (95 %)`),
      sheet.u95_permille !== null && h("span", { class: "soft" }, `± ${number(sheet.u95_permille, 2)} ‰`),
      h("span", { class: "soft" }, `${text("rounding")}: ${sheet.rounding}`), button),
    lading(sheet), reportLinks(survey), (sheet.warnings ?? []).map((warning) => h("p", { class: "warning" }, `${warning.code}: ${warning.message}`)));
}

function lading({ bill_of_lading: bill }) {
  if (!bill) return null;
  const facts = Object.entries(bill).filter(([, value]) => typeof value === "number");
  return h("p", { class: "row small" }, h("strong", {}, text("billOfLading")), facts.map(([name, value]) => h("span", {}, `${text(name)}: ${number(value, 2)}`)));
}

const reportLinks = (survey) =>
  h("p", { class: "links" }, REPORTS.flatMap((name) => ["zh", "en"].map((lang) =>
    h("a", { href: survey.report_urls[`${name}_${lang}`], target: "_blank", rel: "noopener" }, `${text(name)} (${lang === "zh" ? "中文" : "English"})`))));

function readings(stage, reload) {
  const shown = stage.readings.filter((reading) => reading.decision !== "rejected" || stage.readings.length <= 6);
  if (shown.length === 0) return h("p", { class: "soft" }, text("none"));
  return h("div", { class: "grid three" }, shown.map((reading) => readingCard(reading, reload)));
}

function readingCard(reading, reload) {
  const evidence = (role) => reading.evidence?.find((file) => file.role === role);
  const state = reading.decision ?? reading.status;
  return h("article", { class: "card reading" },
    h("header", {}, h("h3", {}, `${text(reading.mark)} ${text(reading.side)}`), h("span", { class: `pill ${state}` }, text(state === "failed" ? "failed_status" : state))),
    reading.draft_m !== null && h("p", { class: "row" },
      h("span", { class: "draft" }, `${number(reading.decided_draft_m ?? reading.draft_m, 3)} m`),
      reading.u95_m !== null && h("span", { class: "soft" }, `± ${number(reading.u95_m, 3)} m (95 %)`)),
    reading.status === "refused" && h("p", { class: "warning small" }, reading.result?.message ?? reading.reason),
    reading.status === "failed" && h("p", { class: "problem small" }, reading.reason),
    evidence("nearest") && picture(evidence("nearest"), "evidence"),
    h("div", { class: "strip" }, ["lowest", "highest", "clean"].map((role) => evidence(role) && picture(evidence(role)))),
    reading.result?.series?.length > 1 && seriesPlot(reading.result.series, reading.draft_m, reading.u95_m),
    reading.result && h("p", { class: "small soft" }, seaFacts(reading.result)),
    reading.status === "ok" && !reading.decision && decisions(reading, reload));
}

const picture = (file, kind) =>
  h("img", { src: file.url, alt: text(file.role), title: text(file.role), loading: "lazy", class: kind, tabindex: 0,
    onclick: () => show(h("img", { src: file.url, alt: text(file.role) })) });

function seaFacts({ waves, frames, scale, rules }) {
  const facts = [`${frames.used} ${text("frames")}`];
  if (waves.significant_height_m !== null) facts.push(`${text("waves")} ${number(waves.significant_height_m, 2)} m`);
  if (waves.mean_period_s !== null) facts.push(`${text("period")} ${number(waves.mean_period_s, 1)} s`);
  if (scale.numerals !== null) facts.push(`${scale.numerals} ${text("marksUsed")}, ${text("residual")} ${number(1000 * scale.residual_m, 1)} mm`);
  for (const rule of ["extremes", "two_thirds"]) if (rules[rule] !== null && rules[rule] !== undefined) facts.push(`${text(rule)} ${number(rules[rule], 3)} m`);
  return facts.join(" · ");
}

function decisions(reading, reload) {
  const refuse = () => {
    const reason = h("input", { type: "text", "aria-label": text("reason"), placeholder: text("reason") });
    show(h("p", { class: "row" }, reason, h("button", { type: "button", onclick: () => attempt(service.reject(reading.id, reason.value), reload) }, text("reject"))));
  };
  return h("p", { class: "row" },
    h("button", { type: "button", class: "main", onclick: () => attempt(service.accept(reading.id), reload) }, text("accept")),
    h("button", { type: "button", onclick: refuse }, text("reject")));
}

function flights(data, stage, reload) {
  return h("div", { class: "grid" }, stage.flights.map((flight) => flightCard(flight, stage, reload)), uploader(data.port_call.id, stage.stage, reload));
}

function flightCard(flight, stage, reload) {
  const map = h("div", { class: "file" });
  if (flight.track_url) service.track(flight.id).then((collection) => map.append(trackDrawing(collection) ?? "", text("track"))).catch(() => map.remove());
  return h("article", { class: "card" }, h("h3", {}, flight.name),
    h("div", { class: "files" }, flight.track_url && map, flight.files.map((file) => fileCard(file, stage, reload))));
}

function fileCard(file, stage, reload) {
  const play = () => show(file.kind === "still" ? h("img", { src: file.content_url, alt: file.file_name }) : h("video", { src: file.content_url, controls: true, autoplay: true, muted: true }));
  return h("div", { class: "file" },
    file.thumbnail_url && h("img", { src: file.thumbnail_url, alt: file.file_name, loading: "lazy", tabindex: 0, onclick: play }),
    h("a", { href: file.content_url, download: file.file_name }, file.file_name), h("br"),
    h("span", { class: "soft" }, `${number(file.size_bytes / 1e6, 1)} MB`, file.duration_s ? ` · ${number(file.duration_s, 0)} s` : ""),
    file.quarantine_reason && h("p", { class: "problem" }, `${text("quarantined")}: ${file.quarantine_reason}`),
    file.thumbnail_url && !stage.readings.some((reading) => reading.footage_id === file.id) && readRequest(file, stage, reload));
}

function readRequest(file, stage, reload) {
  const choose = (values) => h("select", {}, values.map((value) => h("option", { value }, text(value))));
  const [mark, side] = [choose(["forward", "midship", "aft"]), choose(["port", "starboard"])];
  const ask = () => attempt(service.requestReading({ footage_id: file.id, stage: stage.stage, mark: mark.value, side: side.value }), reload);
  return h("p", { class: "row" }, mark, side, h("button", { type: "button", onclick: ask }, text("read")));
}

function uploader(portCallId, stage, reload) {
  const state = h("span", { class: "soft" });
  const input = h("input", { type: "file", multiple: true, "aria-label": text("upload"), onchange: () => attempt(upload(), reload) });
  async function upload() {
    const flight = await service.announceFlight({ port_call_id: portCallId, stage, name: `${text("newFlight")} ${new Date().toISOString().slice(0, 16)}` });
    for (const file of input.files) {
      state.textContent = `${text("uploading")} ${file.name}…`;
      await service.uploadFile(flight.id, file);
    }
  }
  return h("p", { class: "row small" }, h("label", {}, `${text("upload")}: `, input), state);
}

function computation(sheet) {
  const stages = sheet.conditions.map((condition) => condition.stage);
  const steps = new Map();
  for (const condition of sheet.conditions)
    for (const step of condition.steps) steps.set(step.name, { ...steps.get(step.name), ...step, [condition.stage]: step.value });
  return [
    h("h2", {}, text("budget")),
    h("div", { class: "card scroll" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", {}, text("input")), h("th", {}), h("th", { class: "number" }, "u"), h("th", { class: "number" }, `${text("contribution")} t`), h("th", {}, text("share")))),
      h("tbody", {}, sheet.budget.slice(0, 14).map((row) => h("tr", {}, h("td", {}, row.input), h("td", {}, row.stage ? text(row.stage) : ""),
        h("td", { class: "number" }, `${row.standard_uncertainty} ${row.unit ?? ""}`), h("td", { class: "number" }, number(row.contribution_t, 1)), h("td", {}, shareBar(row.share), ` ${number(100 * row.share, 1)} %`)))))),
    h("details", {}, h("summary", {}, h("h2", {}, text("steps"))),
      h("div", { class: "card scroll" }, h("table", {},
        h("thead", {}, h("tr", {}, h("th", {}, text("step")), stages.map((stage) => h("th", { class: "number" }, text(stage))), h("th", {}, text("unit")), h("th", {}))),
        h("tbody", {}, [...steps.values()].map((step) => h("tr", {}, h("td", {}, `${step.symbol ?? ""} ${step.name.replaceAll("_", " ")}`),
          stages.map((stage) => h("td", { class: "number" }, typeof step[stage] === "number" ? number(step[stage], 3) : "–")), h("td", {}, step.unit), h("td", { class: "soft small" }, step.formula))))))),
  ];
}

function records({ records: kept }) {
  const outcome = h("span", {});
  const verify = () => service.verification().then((report) => { outcome.textContent = text(report.intact ?? report.valid ?? report.ok ? "chainHolds" : "chainBroken"); });
  return [h("h2", {}, text("records")), h("p", { class: "card row" }, h("a", { href: kept.url, target: "_blank", rel: "noopener" }, String(kept.count)), h("button", { type: "button", onclick: verify }, text("verify")), outcome)];
}

async function attempt(work, reload) {
  try {
    await work;
    document.getElementById("viewer").close();
  } catch (error) {
    show(h("p", { class: "problem" }, `${text("failed")}: ${error.message}`));
  }
  await reload();
}

export const portCallList = (calls) => [
  h("h1", {}, text("portCalls")),
  calls.length === 0 && h("p", { class: "soft" }, text("none")),
  h("div", { class: "grid three" }, calls.map((call) => h("a", { class: "card", href: `/?portcall=${call.id}` },
    h("h3", {}, call.vessel_name), h("p", { class: "soft" }, [call.cargo, call.voyage, call.port].filter(Boolean).join(" · "))))),
  h("p", { lang: currentLanguage(), class: "soft small" }, h("a", { href: "/api/v1/docs" }, "API")),
];

// The supervision records of the port call, and whether the chain of all records holds.
import { currentLanguage, recordKind, text } from "./catalogue.js";
import { h } from "./dom.js";
import { instant } from "./figures.js";
import * as service from "./service.js";

export function recordSection({ count, url }) {
  const outcome = h("span", { role: "status", id: "chain" });
  const list = h("details", { ontoggle: () => list.open && fillList(rows, url) }, h("summary", {}, `${count} ${text("recordCount")}`));
  const rows = h("div", { class: "scroll" });
  list.append(rows);
  return h("section", {}, h("h2", {}, text("records")),
    h("div", { class: "card" }, h("p", { class: "row" }, h("button", { type: "button", onclick: () => verify(outcome) }, text("verify")), outcome), list));
}

async function verify(outcome) {
  const report = await service.verification().catch((error) => ({ intact: false, faults: [{ detail: error.message }] }));
  outcome.className = report.intact ? "fine" : "problem";
  outcome.textContent = report.intact
    ? `${text("chainHolds")} · ${report.record_count} ${text("inChain")} · SHA-256 ${report.head_sha256.slice(0, 16)}…`
    : [text("chainBroken"), ...report.faults.map((fault) => fault.detail)].join(text("colon"));
}

async function fillList(rows, url) {
  const page = await service.records(url).catch((error) => ({ items: [], problem: error.message }));
  if (page.problem) return rows.replaceChildren(h("p", { class: "problem" }, page.problem));
  return rows.replaceChildren(h("table", { class: "small" },
    h("thead", {}, h("tr", {}, h("th", { class: "number" }, "#"), ["time", "event", "actor"].map((key) => h("th", {}, text(key))), h("th", {}, "SHA-256"))),
    h("tbody", {}, page.items.map((record) => h("tr", {}, h("td", { class: "number" }, String(record.sequence)),
      h("td", { class: "moment" }, instant(record.recorded_at, currentLanguage())), h("td", {}, recordKind(record.kind)), h("td", {}, record.actor),
      h("td", {}, h("a", { href: `/api/v1/records/${record.id}`, target: "_blank", rel: "noopener" }, `${record.sha256.slice(0, 12)}…`)))))));
}

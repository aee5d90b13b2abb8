// The page of one port call as parts that are drawn again only when what they show has changed; and the list of port calls.
import { text, word } from "./catalogue.js";
import { computation } from "./computation.js";
import { h } from "./dom.js";
import { flightSection } from "./flights.js";
import { readingSection } from "./readings.js";
import { recordSection } from "./records.js";
import { summary } from "./weight.js";

/** Each part: its name, the data it shows, and what draws it as one element. */
export function portCallParts(data, reload) {
  const { port_call: call, vessel, survey, stages } = data;
  const places = stages.map(({ stage, complete, positions }) => ({ stage, complete, positions }));
  return [
    { name: "title", shows: [call, vessel], draw: () => title(call, vessel) },
    { name: "summary", shows: [call, survey, places], draw: () => summary(data, reload) },
    ...stages.map((stage) => ({ name: `${stage.stage}-readings`, shows: [stage.readings, stage.positions], draw: () => readingSection(stage, reload) })),
    ...stages.map((stage) => ({
      name: `${stage.stage}-footage`,
      shows: [stage.flights, stage.readings.map((reading) => reading.footage_id)],
      draw: () => flightSection(data, stage, reload),
    })),
    ...(survey ? [{ name: "computation", shows: survey.document, draw: () => computation(survey.document) }] : []),
    { name: "records", shows: data.records, draw: () => recordSection(data.records) },
  ];
}

function title(call, vessel) {
  const facts = [
    vessel.imo && `IMO ${vessel.imo}`, call.cargo, word("operations", call.operation),
    call.voyage && `${text("voyage")} ${call.voyage}`, call.port, call.berth && `${text("berth")} ${call.berth}`];
  return h("section", { class: "title" }, h("h1", {}, vessel.name), h("p", { class: "soft" }, facts.filter(Boolean).join(" · ")));
}

export const portCallListParts = (calls) => [{
  name: "list",
  shows: calls,
  draw: () => h("section", {}, h("h1", {}, text("portCalls")),
    calls.length === 0 && h("p", { class: "soft" }, text("none")),
    h("div", { class: "grid three" }, calls.map((call) => h("a", { class: "card", href: `/?portcall=${call.id}` },
      h("h3", {}, call.vessel_name), h("p", { class: "soft" }, [call.cargo, call.voyage, call.port].filter(Boolean).join(" · "))))),
    h("p", { class: "small" }, h("a", { href: "/api/v1/openapi.json" }, text("api")))),
}];

// The footage of one survey: flights with their files and track, uploads, and requests to read a file.
import { text } from "./catalogue.js";
import { attempt } from "./doing.js";
import { h, show } from "./dom.js";
import { trackDrawing } from "./drawings.js";
import { number } from "./figures.js";
import * as service from "./service.js";

const MEGABYTE = 1e6;

export const flightSection = (data, stage, reload) =>
  h("section", {}, h("h2", {}, `${text(stage.stage)} · ${text("footage")}`),
    h("div", { class: "grid" }, stage.flights.map((flight) => flightCard(flight, stage, reload)), uploader(data.port_call.id, stage.stage, reload)));

function flightCard(flight, stage, reload) {
  return h("article", { class: "card" }, h("h3", {}, flight.name),
    flight.interrupted_uploads.map((upload) => h("p", { class: "problem small" }, `${upload.file_name}`, text("colon"), text("interrupted"))),
    h("div", { class: "files" }, flight.track_url && trackMap(flight.track_url), flight.files.map((file) => fileCard(file, stage, reload))));
}

function trackMap(url) {
  const map = h("figure", { class: "file" }, h("figcaption", {}, text("track")));
  service.track(url).then(
    (collection) => map.prepend(trackDrawing(collection) ?? ""),
    () => map.replaceChildren(text("noTrack")));
  return map;
}

function fileCard(file, stage, reload) {
  const play = () => show(file.kind === "still"
    ? h("img", { src: file.content_url, alt: file.file_name })
    : h("video", { src: file.content_url, controls: true, autoplay: true, muted: true, playsinline: true }), h("p", {}, file.file_name));
  const isPicture = file.status === "ready" && ["video", "still"].includes(file.kind);
  return h("div", { class: "file" },
    isPicture && h("button", { type: "button", class: "picture", title: file.file_name, onclick: play },
      file.thumbnail_url ? h("img", { src: file.thumbnail_url, alt: file.file_name, loading: "lazy" }) : "▶"),
    file.content_url ? h("a", { href: file.content_url, download: file.file_name }, file.file_name) : h("span", {}, file.file_name),
    h("span", { class: "soft" }, size(file), file.duration_s ? ` · ${number(file.duration_s, 0)} s` : ""),
    file.status === "quarantined" && h("p", { class: "problem" }, text("quarantined"), text("colon"), file.reason),
    isPicture && !stage.readings.some((reading) => reading.footage_id === file.id) && readRequest(file, stage, reload));
}

const size = (file) => (file.size_bytes < MEGABYTE / 10 ? `${number(file.size_bytes / 1000, 1)} kB` : `${number(file.size_bytes / MEGABYTE, 1)} MB`);

function readRequest(file, stage, reload) {
  const choose = (label, values) => h("select", { "aria-label": text(label) }, values.map((value) => h("option", { value }, text(value))));
  const mark = choose("mark", ["forward", "midship", "aft"]);
  const side = choose("side", ["port", "starboard"]);
  const ask = () => service.requestReading({ footage_id: file.id, stage: stage.stage, mark: mark.value, side: side.value });
  return h("p", { class: "row" }, mark, side, h("button", { type: "button", onclick: () => attempt(ask, reload) }, text("read")));
}

function uploader(portCallId, stage, reload) {
  const state = h("span", { class: "soft", role: "status" });
  const input = h("input", { type: "file", multiple: true, onchange: () => attempt(upload, reload) });
  async function upload() {
    const files = [...input.files];
    input.disabled = true;
    const name = `${text("newFlight")} ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`;
    const flight = await service.announceFlight({ port_call_id: portCallId, stage, name });
    const refusals = [];
    for (const [index, file] of files.entries()) {
      state.textContent = `${text("uploading")} ${index + 1}/${files.length}: ${file.name}`;
      // One file that is refused must not keep the others on the memory card.
      await service.uploadFile(flight.id, file).catch((error) => refusals.push(error.message));
    }
    if (refusals.length > 0) throw new Error(refusals.join("\n"));
  }
  return h("p", { class: "row small" }, h("label", { class: "upload" }, text("upload"), " ", input), state);
}

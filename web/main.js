// Chooses what to show from the address, and keeps it fresh while something is being processed.
import { currentLanguage, switchLanguage, text } from "./catalogue.js";
import { h } from "./dom.js";
import { portCallList, portCallPage } from "./portcall.js";
import * as service from "./service.js";

const REFRESH_MS = 3000;
const page = document.getElementById("page");
const viewer = document.getElementById("viewer");
let timer = null;

function frame() {
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  document.getElementById("tagline").textContent = text("tagline");
  document.getElementById("language").textContent = text("language");
}

async function render() {
  clearTimeout(timer);
  const portCallId = new URLSearchParams(location.search).get("portcall");
  try {
    if (!portCallId) return page.replaceChildren(...nodes(portCallList(await service.portCalls())));
    const data = await service.overview(portCallId);
    document.title = `${data.vessel.name} · Hullmark`;
    page.replaceChildren(...nodes(portCallPage(data, render)));
    const busy = data.stages.some((stage) => stage.readings.some((reading) => ["queued", "running"].includes(reading.status)));
    if (busy) timer = setTimeout(render, REFRESH_MS);
  } catch (error) {
    page.replaceChildren(h("p", { class: "problem" }, `${text("failed")}: ${error.message}`));
    timer = setTimeout(render, REFRESH_MS);
  }
}

const nodes = (content) => content.flat(Infinity).filter(Boolean);

document.getElementById("language").addEventListener("click", () => { switchLanguage(); frame(); render(); });
document.getElementById("viewer-close").addEventListener("click", () => viewer.close());
viewer.addEventListener("close", () => document.getElementById("viewer-content").replaceChildren());
frame();
page.replaceChildren(h("p", { class: "soft" }, text("loading")));
render();

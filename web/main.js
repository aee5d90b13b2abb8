// Chooses what to show from the address, and keeps it fresh while something is being processed.
import { currentLanguage, switchLanguage, text } from "./catalogue.js";
import { closeViewer, h } from "./dom.js";
import { loginForm, passwordForm, personParts } from "./login.js";
import { portCallListParts, portCallParts } from "./portcall.js";
import * as service from "./service.js";

const REFRESH_MS = 2000;
const page = document.getElementById("page");
const drawn = new Map();
let timer = null;

function frame() {
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  document.getElementById("tagline").textContent = text("tagline");
  document.getElementById("language").textContent = text("language");
  document.getElementById("viewer-close").setAttribute("aria-label", text("close"));
}

// A part whose data did not change keeps its element, with what was opened, chosen or typed in it.
function place(parts) {
  const elements = parts.map(({ name, shows, draw }) => {
    const key = currentLanguage() + JSON.stringify(shows);
    if (drawn.get(name)?.key !== key) drawn.set(name, { key, element: draw() });
    return drawn.get(name).element;
  });
  const isSame = page.children.length === elements.length && elements.every((element, index) => page.children[index] === element);
  if (!isSame) page.replaceChildren(...elements);
}

async function render() {
  clearTimeout(timer);
  try {
    if (await refresh()) timer = setTimeout(render, REFRESH_MS);
  } catch (error) {
    drawn.clear();
    if (error.code === "not_logged_in") {
      document.getElementById("person").replaceChildren();
      page.replaceChildren(loginForm(render));
      return;
    }
    page.replaceChildren(h("p", { class: "problem" }, text("failed"), text("colon"), error.message));
    timer = setTimeout(render, REFRESH_MS);
  }
}

/** Fetches and shows; tells whether something is still being processed. */
async function refresh() {
  const person = service.hasSession() ? await service.self() : null;
  document.getElementById("person").replaceChildren(...(person === null ? [] : personParts(person, render)));
  if (person === null || person.must_change_password) {
    const name = person === null ? "login" : "password";
    place([{ name, shows: name, draw: () => (person === null ? loginForm : passwordForm)(render) }]);
    return false;
  }
  const portCallId = new URLSearchParams(location.search).get("portcall");
  if (!portCallId) {
    place(portCallListParts(await service.portCalls()));
    return false;
  }
  const data = await service.overview(portCallId);
  document.title = `${data.vessel.name} · Hullmark`;
  place(portCallParts(data, render));
  return data.stages.some((stage) => stage.readings.some((reading) => ["queued", "running"].includes(reading.status)));
}

document.getElementById("language").addEventListener("click", () => { switchLanguage(); frame(); render(); });
document.getElementById("viewer-close").addEventListener("click", closeViewer);
frame();
page.replaceChildren(h("p", { class: "soft" }, text("loading")));
render();

// Carries out what a person asked for, and says so where the service refuses.
import { text } from "./catalogue.js";
import { closeViewer, h, show } from "./dom.js";

export async function attempt(work, reload) {
  try {
    await work();
    closeViewer();
  } catch (error) {
    show(h("p", { class: "problem" }, text("failed"), text("colon"), error.message));
  }
  await reload();
}

// Logging in and out, and the change of a one-time password.
import { text } from "./catalogue.js";
import { h } from "./dom.js";
import * as service from "./service.js";

const field = (label, name, type, autocomplete) =>
  h("label", {}, h("span", {}, text(label)), h("input", { name, type, autocomplete, required: true }));

function form(title, button, fields, act, done) {
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const onsubmit = async (event) => {
    event.preventDefault();
    try {
      await act(new FormData(event.target));
      done();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
  };
  return h("form", { class: "login", onsubmit }, h("h1", {}, text(title)), fields, problem, h("button", { type: "submit" }, text(button)));
}

export const loginForm = (done) => form("logIn", "logIn",
  [field("personName", "name", "text", "username"), field("password", "password", "password", "current-password")],
  (data) => service.logIn(data.get("name"), data.get("password")), done);

export const passwordForm = (done) => form("choosePassword", "save",
  [field("oneTimePassword", "present", "password", "current-password"), field("newPassword", "password", "password", "new-password")],
  (data) => service.changePassword(data.get("present"), data.get("password")), done);

export function personParts(person, done) {
  return [h("span", { class: "person" }, person.name),
    h("button", { type: "button", id: "log-out", onclick: async () => { await service.logOut(); done(); } }, text("logOut"))];
}

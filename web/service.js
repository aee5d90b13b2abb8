// The service's routes as functions; a refusal becomes an Error that carries the service's own words.
const cookie = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

async function call(path, options = {}) {
  const headers = { ...options.headers, "x-csrf-token": cookie("hullmark_csrf") };
  const answer = await fetch(path, { ...options, headers });
  const body = answer.headers.get("content-type")?.includes("json") ? await answer.json() : null;
  if (!answer.ok) {
    const error = new Error(body?.detail ?? `${answer.status} ${answer.statusText}`);
    error.code = body?.code;
    throw error;
  }
  return body;
}

const send = (method, path, body) =>
  call(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

export const hasSession = () => cookie("hullmark_csrf") !== "";
export const self = () => call("/api/v1/auth/self");
export const logIn = (name, password) => send("POST", "/api/v1/auth/login", { name, password });
export const logOut = () => send("POST", "/api/v1/auth/logout", {});
export const changePassword = (present, password) => send("POST", "/api/v1/auth/password", { present, password });
export const portCalls = async () => (await call("/api/v1/portcalls?limit=100")).items;
export const overview = (id) => call(`/api/v1/portcalls/${encodeURIComponent(id)}/overview`);
export const track = (url) => call(url);
export const accept = (id) => send("POST", `/api/v1/readings/${id}/accept`, {});
export const reject = (id, reason) => send("POST", `/api/v1/readings/${id}/reject`, { reason });
export const compute = (portCallId) => send("POST", "/api/v1/surveys", { port_call_id: portCallId });
export const records = (url) => call(`${url}&limit=500`);
export const verification = () => call("/api/v1/records/verification");
export const requestReading = (body) => send("POST", "/api/v1/readings", body);
export const announceFlight = (body) => send("POST", "/api/v1/flights", body);
export const uploadFile = (flightId, file) =>
  call(`/api/v1/flights/${flightId}/files/${encodeURIComponent(file.name)}`,
    { method: "PUT", body: file, headers: { "content-type": file.type || "application/octet-stream" } });

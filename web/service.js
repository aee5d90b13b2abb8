// The service's routes as functions; a refusal becomes an Error that carries the service's own words.
async function call(path, options = {}) {
  const answer = await fetch(path, options);
  const body = answer.headers.get("content-type")?.includes("json") ? await answer.json() : null;
  if (!answer.ok) throw new Error(body?.detail ?? `${answer.status} ${answer.statusText}`);
  return body;
}

const send = (method, path, body) =>
  call(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

export const portCalls = () => call("/api/v1/portcalls?limit=100");
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

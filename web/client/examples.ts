/**
 * What the types must let through, and what they must not: checked by `make client`, never run.
 *
 * Source: the routes of port calls and readings.
 * Left out: the other routes, whose types come from the same document.
 */

import { createClient, walk, type Schemas } from "./client";

const api = createClient({ baseUrl: "https://hullmark.port.example", token: "…" });

export async function cargoOf(port_call_id: string): Promise<string> {
  const { data } = await api.GET("/api/v1/portcalls/{port_call_id}", { params: { path: { port_call_id } } });
  return data?.cargo ?? "";
}

export function accepted(reading_id: string) {
  return api.POST("/api/v1/readings/{reading_id}/accept", {
    params: { path: { reading_id } },
    body: { reason: "与目测一致" },
  });
}

export async function voyages(): Promise<(string | null | undefined)[]> {
  const found: (string | null | undefined)[] = [];
  const calls = walk<Schemas["PortCallView"]>(async (cursor) => {
    const query = cursor === undefined ? {} : { cursor };
    const { data } = await api.GET("/api/v1/portcalls", { params: { query } });
    return data ?? { items: [], next_cursor: null };
  });
  for await (const call of calls) {
    found.push(call.voyage);
  }
  return found;
}

// @ts-expect-error: there is no such route
export const noRoute = () => api.GET("/api/v1/portcall");

export const noReason = (reading_id: string) =>
  // @ts-expect-error: a rejection needs its reason
  api.POST("/api/v1/readings/{reading_id}/reject", { params: { path: { reading_id } }, body: {} });

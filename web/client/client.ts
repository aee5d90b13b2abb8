/**
 * The HTTP API, typed: requests, problems as errors, safe repetition, lists of any length.
 *
 * Source: `schema.d.ts`, generated from the service's OpenAPI document (`make client`).
 * Left out: caching, which belongs to the pages.
 */

import createFetchClient, { type Client, type Middleware } from "openapi-fetch";

import type { components, paths } from "./schema";

export type Schemas = components["schemas"];
export type Problem = Schemas["ProblemView"];
export type Api = Client<paths>;

/** The service refused: `code` is stable and listed in docs/errors.md. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: Problem["errors"];

  constructor(problem: Problem) {
    super(problem.detail ? `${problem.title}: ${problem.detail}` : problem.title);
    this.name = "ProblemError";
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.errors = problem.errors;
  }
}

export interface Options {
  /** Root of the service; the page's own origin where not given. */
  baseUrl?: string;
  /** Of a program. A page has its session cookie instead. */
  token?: string;
  /** Gives the token against forged requests of a session, where there is one. */
  csrfToken?: () => string | undefined;
  /** Takes the place of the browser's own. */
  fetch?: (request: Request) => Promise<Response>;
}

const CHANGES = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Make a client; its methods answer with `data`, and throw `ProblemError` where the service refuses. */
export function createClient(options: Options = {}): Api {
  const api = createFetchClient<paths>({
    baseUrl: options.baseUrl ?? "",
    credentials: "same-origin",
    ...(options.fetch ? { fetch: options.fetch } : {}),
  });
  api.use(identifying(options), refusing);
  return api;
}

/** Says who asks, and gives what is created a key: sent again, it is created once. */
function identifying(options: Options): Middleware {
  return {
    onRequest({ request }) {
      if (options.token !== undefined) {
        request.headers.set("Authorization", `Bearer ${options.token}`);
      }
      const csrfToken = options.csrfToken?.();
      if (csrfToken !== undefined && CHANGES.has(request.method)) {
        request.headers.set("X-CSRF-Token", csrfToken);
      }
      if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", crypto.randomUUID());
      }
      return request;
    },
  };
}

const refusing: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) {
      throw new ProblemError(await problemOf(response));
    }
  },
};

/** Whatever stands between page and service may refuse in another shape. */
async function problemOf(response: Response): Promise<Problem> {
  if (response.headers.get("content-type")?.startsWith("application/problem+json")) {
    return (await response.json()) as Problem;
  }
  return {
    type: "about:blank",
    title: `${response.status} ${response.statusText}`.trim(),
    status: response.status,
    detail: (await response.text()).slice(0, 300),
    instance: new URL(response.url).pathname,
    code: `http_${response.status}`,
    errors: [],
  };
}

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** Walk through a list of any length; `fetchPage` asks for the part behind a cursor. */
export async function* walk<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item> {
  let cursor: string | undefined;
  do {
    const page = await fetchPage(cursor);
    yield* page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}

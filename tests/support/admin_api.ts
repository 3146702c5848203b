/** An admin server by the contract of src/admin/api.ts, in the test process. */
import type {
  ConnectionList,
  ConnectionView,
  State,
} from "../../src/admin/api.ts";
import { stateWith } from "./admin_state.ts";

/** What the server knows and what it was asked; a test may change it. */
export interface AdminApi extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly address: string;
  state: State;
  /** Open ones, and those that have a reason. */
  connections: ConnectionView[];
  /** What everything but the probes wants; empty: nothing. */
  token: string;
  /** What `/readyz` answers. */
  ready: { readonly status: number; readonly body: string };
  /** Answers everything, when it is set. */
  answer: (() => Response | Promise<Response>) | null;
  /** `GET /api/state` and so on, in their order. */
  readonly asked: string[];
}

/** Starts the server. */
export function adminApi(hostname = "127.0.0.1"): AdminApi {
  const server = Deno.serve(
    { hostname, port: 0, onListen: () => {} },
    (request) => answer(api, request),
  );
  const { port } = server.addr;
  const api: AdminApi = {
    address: `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`,
    state: stateWith(),
    connections: [],
    token: "",
    ready: { status: 200, body: "ready\n" },
    answer: null,
    asked: [],
    async [Symbol.asyncDispose]() {
      await server.shutdown();
    },
  };
  return api;
}

async function answer(api: AdminApi, request: Request): Promise<Response> {
  const { pathname, search, searchParams } = new URL(request.url);
  api.asked.push(`${request.method} ${pathname}${search}`);
  if (api.answer !== null) return await api.answer();
  if (pathname === "/healthz") return new Response("ok\n");
  if (pathname === "/readyz") {
    return new Response(api.ready.body, { status: api.ready.status });
  }
  const token = request.headers.get("authorization") ?? "";
  if (api.token !== "" && token !== `Bearer ${api.token}`) {
    return error(401, "expected a token");
  }
  if (pathname === "/api/state") {
    if (searchParams.get("config") !== "no") return Response.json(api.state);
    const config = { ...api.state.config, text: "" };
    return Response.json({ ...api.state, config });
  }
  if (pathname === "/api/connections") {
    return Response.json(find(api.connections, searchParams));
  }
  const found = /^\/api\/connections\/(\d+)(\/close)?$/.exec(pathname);
  if (found === null) return error(404, "no such path");
  return one(api, request, { id: Number(found[1]), close: !!found[2] });
}

function one(
  api: AdminApi,
  request: Request,
  { id, close }: { readonly id: number; readonly close: boolean },
): Response {
  const connection = api.connections.find((each) => each.id === id);
  if (connection === undefined) return error(404, "no such connection");
  if (!close) {
    const text =
      `opening: 517 bytes\n  TLS  match  516 (0x00)  from ${connection.client}\n`;
    const explanation = { bytes: 517, verdicts: [], lost: [], notes: [], text };
    return Response.json({ connection, explanation });
  }
  if (request.method !== "POST" || !request.headers.has("passthru-admin")) {
    return error(403, "expected the header Passthru-Admin");
  }
  if (connection.reason !== null) return error(404, "it is not open");
  api.connections = api.connections.filter((each) => each !== connection);
  return Response.json({ closed: id });
}

function find(
  connections: readonly ConnectionView[],
  query: URLSearchParams,
): ConnectionList {
  const live = (query.get("state") ?? "live") === "live";
  const words = (query.get("q") ?? "").toLowerCase().split(/\s+/);
  const by = query.get("sort") ?? "accepted_at";
  const value = (each: ConnectionView) =>
    by === "bytes"
      ? each.bytes_up + each.bytes_down
      : each[by as "accepted_at"];
  const matched = connections.filter((each) => {
    const text = JSON.stringify(each).toLowerCase();
    return (each.reason === null) === live &&
      words.every((word) => text.includes(word));
  }).toSorted((a, b) => value(b) - value(a));
  const limit = Number(query.get("limit") ?? 200);
  return { matched: matched.length, connections: matched.slice(0, limit) };
}

function error(status: number, text: string): Response {
  return Response.json({ error: text }, { status });
}

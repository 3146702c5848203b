/** Requests to an admin server of the test process, and their answers. */
import type { AccessRules } from "../../src/admin/access.ts";
import { type FakeAdmin, fakeAdmin } from "./fake_admin.ts";

/** A peer on this machine. */
export const HERE = "127.0.0.1";
/** The header that lets a peer on this machine change something. */
export const MARK: Readonly<Record<string, string>> = { "passthru-admin": "1" };

/** A request, and who makes it. */
export interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly peer?: string;
  readonly headers?: Record<string, string>;
}

/** The status that a request gets, and the error if there is one. */
export async function askAs(
  { server }: FakeAdmin,
  { path = "/api/state", method = "GET", peer = HERE, headers = {} }: Asked,
): Promise<[number, string]> {
  const request = new Request(`http://127.0.0.1:9901${path}`, {
    method,
    headers,
  });
  const response = await server.answer(request, { hostname: peer, port: 5 });
  const text = await response.text();
  return [
    response.status,
    response.ok || !text.startsWith("{") ? "" : JSON.parse(text).error,
  ];
}

/** The status alone. */
export async function statusAs(
  admin: FakeAdmin,
  asked: Asked,
): Promise<number> {
  return (await askAs(admin, asked))[0];
}

/** Runs a test with a server that has these rules. */
export async function withAdmin(
  rules: Partial<AccessRules>,
  fn: (admin: FakeAdmin) => Promise<void>,
): Promise<void> {
  await using admin = fakeAdmin(rules);
  await fn(admin);
}

/** The status and the body of an answer, JSON as a value. */
export async function getFrom(
  { url }: FakeAdmin,
  path: string,
  init: RequestInit = {},
): Promise<[number, unknown, Headers]> {
  const response = await fetch(url + path, init);
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return [
    response.status,
    isJson && text !== "" ? JSON.parse(text) : text,
    response.headers,
  ];
}

/** What changes something needs, and maybe a body. */
export function posted(body?: string): RequestInit {
  return body === undefined
    ? { method: "POST", headers: MARK }
    : { method: "POST", headers: MARK, body };
}

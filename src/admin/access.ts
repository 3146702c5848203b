/**
 * Who may ask what: see `api.ts`.
 *
 * @module
 */
import { ipBytes } from "../address/ip_address.ts";
import { isLoopback } from "../address/loopback.ts";
import { ApiFailure } from "./answers.ts";

/**
 * What a call shows or does, from harmless to not: `probe` whether the process
 * is there, `page` no data, `read` data, `change` the state.
 */
export type Access = "probe" | "page" | "read" | "change";

/** What the config says about who may ask. */
export interface AccessRules {
  /** `null`: there is none. */
  readonly token: string | null;
  /** Names that the `Host` header may have, in lower case. */
  readonly names: readonly string[];
}

/** The header that no page of another origin can send. */
const ADMIN_HEADER = "Passthru-Admin";

/**
 * Checks whether a request may be answered.
 *
 * @param peer The IP address that it came from.
 * @returns Whether it carries the token; `false` where that was not looked at.
 * @throws {ApiFailure} 401 or 403, when it may not.
 */
export function checkAccess(
  request: Request,
  { peer, access }: { readonly peer: string; readonly access: Access },
  rules: AccessRules,
): boolean {
  if (access === "probe") return false;
  checkHost(request, rules);
  if (access === "page") return false;
  const trusted = checkToken(request, peer, rules);
  if (access === "read") return trusted;
  checkOrigin(request);
  if (!trusted && request.headers.get(ADMIN_HEADER) !== "1") {
    throw new ApiFailure(
      403,
      `Missing header: expected "${ADMIN_HEADER}: 1", or the token, since this changes something`,
    );
  }
  return trusted;
}

/**
 * A page whose name was made to lead here asks under that name. The URL has the
 * name of the request line where one stands there.
 */
function checkHost(request: Request, { names }: AccessRules): void {
  const hosts = [hostOf(request), new URL(request.url).host];
  const unknown = hosts.find((host) => !isKnown(nameOf(host), names));
  if (unknown === undefined) return;
  throw new ApiFailure(
    403,
    `Unknown host ${
      JSON.stringify(unknown)
    }: expected an IP address, localhost, or a name of "admin" in the config ("listen" or "hosts")`,
  );
}

function isKnown(name: string | null, names: readonly string[]): boolean {
  if (name === null) return false;
  const isAddress = ipBytes(name.replace(/^\[(.*)\]$/, "$1")) !== null;
  return isAddress || name === "localhost" || names.includes(name);
}

/** The host that was asked for: HTTP/2 has it in the URL. */
function hostOf(request: Request): string {
  return request.headers.get("host") ?? new URL(request.url).host;
}

/** A host without its port, in lower case; `null`: it is none. */
function nameOf(host: string): string | null {
  const match = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]\\]+)(?::\d*)?$/i.exec(host);
  return match === null ? null : match[1]!.toLowerCase().replace(/\.$/, "");
}

/** @returns Whether the request carries the token. */
function checkToken(
  request: Request,
  peer: string,
  { token }: AccessRules,
): boolean {
  const sent = /^Bearer +(\S+) *$/i
    .exec(request.headers.get("authorization") ?? "")?.[1];
  if (token !== null && sent !== undefined) {
    if (isSame(sent, token)) return true;
    throw unauthorized("Invalid token");
  }
  if (isLoopback(peer)) return false;
  if (token !== null) {
    throw unauthorized("A token is required from other machines");
  }
  throw new ApiFailure(
    403,
    'Only clients on the same machine have access: there is no "token" in the config',
  );
}

function unauthorized(problem: string): ApiFailure {
  return new ApiFailure(
    401,
    `${problem}: expected "Authorization: Bearer TOKEN"`,
    { headers: { "www-authenticate": "Bearer" } },
  );
}

/** Browsers say where a request comes from that changes something. */
function checkOrigin(request: Request): void {
  const origin = request.headers.get("origin");
  if (origin === null || isOwn(origin, hostOf(request))) return;
  throw new ApiFailure(
    403,
    `Origin not allowed: found ${
      JSON.stringify(origin)
    }: expected the origin of the page`,
  );
}

/** By the scheme of the origin: TLS may end at a proxy before us. */
function isOwn(origin: string, host: string): boolean {
  try {
    const url = new URL(origin);
    return (url.protocol === "http:" || url.protocol === "https:") &&
      url.host === new URL(`${url.protocol}//${host}`).host;
  } catch {
    return false;
  }
}

/** Takes as long whichever character is wrong. */
function isSame(sent: string, token: string): boolean {
  let difference = sent.length ^ token.length;
  for (let i = 0; i < sent.length; i++) {
    difference |= sent.charCodeAt(i) ^ token.charCodeAt(i % token.length);
  }
  return difference === 0;
}

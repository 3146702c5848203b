/**
 * What the target and the Host line of an HTTP/1 request say (RFC 9112 §3.2).
 *
 * @module
 */
import { checkAuthority } from "../authority.ts";
import { normalizeHost } from "../host.ts";
import { certain, doubt, type Learnt, NOTHING } from "../learnt.ts";
import type { Head } from "./http_header_lines.ts";
import { normalPath } from "./http_path.ts";
import { pathOf } from "./http_request.ts";

/** The parts of a target; `null`: it has none of its forms. */
export type Target = {
  /** As sent, without query and fragment. */
  readonly path?: string;
  readonly authority?: string;
} | null;

const NO_FORM = doubt("the target has none of its forms");
const NO_LINE = doubt("the target names a host, and no Host line does");
const TWO_HOSTS = doubt("the target and the Host line name two hosts");

/** Reads the text of a target. */
export function readTarget(method: string, text: string): Target {
  if (method === "CONNECT") return { authority: text };
  if (text.startsWith("/")) return { path: pathOf(text) };
  if (text === "*") return { path: text };
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(text);
  if (scheme === null) return null;
  const rest = text.slice(scheme[0].length);
  const end = rest.search(/[/?#]/);
  if (end < 0) return { authority: rest, path: "/" };
  return {
    authority: rest.slice(0, end),
    path: pathOf(rest.slice(end)) || "/",
  };
}

/** The path in its normal form. */
export function readPath(target: Target): Learnt {
  if (target === null) return NO_FORM;
  const { path } = target;
  if (path === undefined) return NOTHING;
  if (path === "*") return certain(path);
  const normal = normalPath(path);
  return normal.ok ? certain(normal.path) : normal;
}

/**
 * The host, which both the target and the Host line may name. The target's wins
 * (RFC 9112 §3.2.2), yet Node and Python look at the line alone: there must be
 * both, and they must be the same. The target of CONNECT is for proxies, which
 * look at nothing else.
 */
export function readHost(target: Target, method: string, head: Head): Learnt {
  if (target === null) return NO_FORM;
  const problem = problemOf(head);
  if (problem !== null) return doubt(problem);
  const { authority } = target;
  const named = head.host === "" ? undefined : head.host;
  for (const text of [authority, named]) {
    const why = text === undefined ? null : checkAuthority(text);
    if (why !== null) return doubt(`the host ${why}`);
  }
  if (authority === undefined) {
    return named === undefined ? NOTHING : certain(normalizeHost(named));
  }
  const host = normalizeHost(authority);
  if (method === "CONNECT") return certain(host);
  if (head.host === undefined) return NO_LINE;
  return normalizeHost(head.host) === host ? certain(host) : TWO_HOSTS;
}

/** Why nothing may be learnt from the header lines, or `null`. */
export function problemOf(head: Head): string | null {
  return head.problem ?? (head.complete ? null : "the head is not complete");
}

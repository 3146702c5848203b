/**
 * Addresses of Unix sockets as the config spells them: `unix:/run/app.sock`.
 *
 * @module
 */
import {
  type AddressUse,
  type HostPort,
  overlaps,
  reaches,
} from "./address.ts";

/** What the text of such an address starts with. */
export const UNIX_PREFIX = "unix:";

/** A Unix stream socket. */
export interface UnixAddress {
  /** As the config spells it: for messages and logs. */
  readonly text: string;
  /** Absolute path, with no part that a path does not need. */
  readonly path: string;
}

/** Where a listener is. */
export type ListenAddress = HostPort | UnixAddress;

/** An address that could be parsed, or why not. */
export type ParsedUnixAddress =
  | { readonly ok: true; readonly address: UnixAddress }
  | {
    readonly ok: false;
    /** What is wrong: `the path is relative`. */
    readonly problem: string;
    /** What was probably meant. */
    readonly suggestion?: string;
  };

/** Longest path in bytes: `sun_path` of unix(7) without the final zero. */
const MAX_PATH_BYTES = 107;
/**
 * What the path of a socket ends in until it listens; it is then renamed, so
 * that it takes the place of another without a moment in which there is none.
 */
const FRESH_SUFFIX = ".new";

/** Whether a text is meant to be the address of a Unix socket. */
export function isUnixText(text: string): boolean {
  return text.startsWith(UNIX_PREFIX);
}

/** Whether an address is that of a Unix socket. */
export function isUnix(address: ListenAddress): address is UnixAddress {
  return "path" in address;
}

/**
 * Parses `unix:/run/app.sock`. The path is absolute: a service has no working
 * folder that anybody would think of. It is the shortest spelling, since the
 * permission scopes are texts.
 *
 * @param text Starts with {@linkcode UNIX_PREFIX}.
 */
export function parseUnixAddress(
  text: string,
  use: AddressUse,
): ParsedUnixAddress {
  const path = text.slice(UNIX_PREFIX.length);
  if (path === "") return fail("the path is missing");
  if (path.startsWith("@")) return fail("abstract sockets are not supported");
  if (/\p{Cc}/u.test(path)) return fail("it contains control characters");
  if (path.endsWith("/")) return fail("it is the path of a folder");
  if (!path.startsWith("/")) {
    return fail(
      "the path is relative",
      path.startsWith(".") ? undefined : UNIX_PREFIX + shortest(`/${path}`),
    );
  }
  if (path !== shortest(path)) {
    return fail(
      "the path is not the shortest spelling",
      UNIX_PREFIX + shortest(path),
    );
  }
  const most = MAX_PATH_BYTES - (use === "listen" ? FRESH_SUFFIX.length : 0);
  const { length } = new TextEncoder().encode(path);
  if (length > most) {
    return fail(`the path has ${length} bytes, and at most ${most} fit`);
  }
  return { ok: true, address: { text, path } };
}

/** Where the socket of a listener is made, before it takes its place. */
export function freshPath(path: string): string {
  return path + FRESH_SUFFIX;
}

/** Whether two listeners cannot both bind. */
export function overlapsListener(a: ListenAddress, b: ListenAddress): boolean {
  if (isUnix(a) || isUnix(b)) return samePath(a, b);
  return overlaps(a, b);
}

/** Whether dialling the target is certain to reach the listener. */
export function reachesListener(
  target: ListenAddress,
  listener: ListenAddress,
): boolean {
  if (isUnix(target) || isUnix(listener)) return samePath(target, listener);
  return listener.port !== 0 && reaches(target, listener);
}

function samePath(a: ListenAddress, b: ListenAddress): boolean {
  return isUnix(a) && isUnix(b) && a.path === b.path && a.path !== "";
}

/** A path without `.`, `..` and empty parts. */
function shortest(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function fail(problem: string, suggestion?: string): ParsedUnixAddress {
  return {
    ok: false,
    problem,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

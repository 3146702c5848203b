/**
 * The error family, and the words for how a connection ended.
 *
 * @module
 */

/** Where the cause of an error lies. */
export type ErrorSource = "client" | "target" | "internal" | "config";

/** What {@linkcode PassthruError} is made of, beside the message. */
export interface PassthruErrorOptions {
  /** Stable identifier: `ECONNREFUSED`, `bind_failed`, ... */
  readonly code: string;
  /** Where the cause lies. */
  readonly source: ErrorSource;
  /** What was thrown below. */
  readonly cause?: unknown;
}

/** An error that passthru expects and can explain. */
export class PassthruError extends Error {
  /** Name of the class. */
  override readonly name = "PassthruError";
  /** Stable identifier: `ECONNREFUSED`, `bind_failed`, ... */
  readonly code: string;
  /** Where the cause lies. */
  readonly source: ErrorSource;

  /** Makes an error. */
  constructor(message: string, options: PassthruErrorOptions) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.source = options.source;
  }
}

/**
 * How a connection ended. Expected ends are values, not errors.
 *
 * - `client_eof`, `target_eof`: that side ended first, then the other; all bytes
 *   were passed on.
 * - `client_reset`, `target_reset`: that side broke the connection.
 * - `idle_timeout`: no byte either way for the idle timeout.
 * - `detect_timeout`: the detection deadline passed and no catch-all took it.
 * - `rejected`: a rule says REJECT.
 * - `no_route`: no rule and no catch-all.
 * - `bad_proxy_header`: the PROXY header is broken, or there are two.
 * - `proxy_header_missing`: a source that must send a PROXY header did not.
 * - `untrusted_source`: a PROXY header is required, and not taken from there.
 * - `limit`: not let in; which limit says the report.
 * - `dial_failed`: the target could not be reached, or does not take what its
 *   client was promised.
 * - `loop`: it has come back to passthru again and again.
 * - `drain_deadline`: still open when the drain ended.
 * - `closed_by_admin`: somebody has closed it by the admin API.
 * - `internal_error`: a defect in passthru.
 */
export type CloseReason =
  | "client_eof"
  | "target_eof"
  | "client_reset"
  | "target_reset"
  | "idle_timeout"
  | "detect_timeout"
  | "rejected"
  | "no_route"
  | "bad_proxy_header"
  | "proxy_header_missing"
  | "untrusted_source"
  | "limit"
  | "dial_failed"
  | "loop"
  | "drain_deadline"
  | "closed_by_admin"
  | "internal_error";

/** What people call the system's error codes. */
const CODE_TEXTS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EAGAIN: "no room in its queue of connections",
  EADDRINUSE: "address already in use",
  EADDRNOTAVAIL: "address not available on this machine",
  ECONNABORTED: "connection aborted",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EISDIR: "it is a directory",
  ENOENT: "no such file",
  EHOSTUNREACH: "host unreachable",
  EMFILE: "too many open files (raise the limit: ulimit -n)",
  ENETUNREACH: "network unreachable",
  // Deno asks for the address of the peer after it has connected.
  ENOTCONN: "reset as soon as it was connected",
  ENFILE: "too many open files in the system",
  EPIPE: "connection closed by the peer",
  ETIMEDOUT: "timed out",
  DNS: "host name not found",
  NOT_CAPABLE: "not permitted by the Deno permissions",
  TIMEOUT: "timed out",
};

/** The codes that people have words for. */
export const KNOWN_CODES: readonly string[] = Object.keys(CODE_TEXTS);

/** What people call a code; `undefined`: they have no word for it. */
export function codeText(code: string): string | undefined {
  return CODE_TEXTS[code];
}

/** Deno's error classes that carry no `code`. */
const CLASS_CODES: Readonly<Record<string, string>> = {
  NotCapable: "NOT_CAPABLE",
  TimeoutError: "TIMEOUT",
  BadResource: "CLOSED",
  Interrupted: "CLOSED",
  PermissionDenied: "EACCES",
};

/**
 * The stable code of what the runtime threw: the system's code where there is
 * one (`ECONNRESET`), else one of ours (`DNS`, `NOT_CAPABLE`, `TIMEOUT`,
 * `CLOSED`), else `UNKNOWN`.
 */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "UNKNOWN";
  const byClass = CLASS_CODES[error.name];
  if (byClass === "CLOSED") return byClass;
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string") return code;
  if (byClass !== undefined) return byClass;
  // A failed look-up is a plain Error without a code.
  return error.message.startsWith("failed to lookup address")
    ? "DNS"
    : "UNKNOWN";
}

/** What the runtime threw, in words for people. */
export function errorText(error: unknown): string {
  const text = CODE_TEXTS[errorCode(error)];
  if (text !== undefined) return text;
  return error instanceof Error ? error.message : String(error);
}

/**
 * Answers of the admin server, with the headers that all of them have.
 *
 * @module
 */
import { asciiJson } from "../observe/printable.ts";
import type { ApiError, ConfigNote } from "./api.ts";
import type { Page } from "./page/mod.ts";

/** What goes with an {@linkcode ApiFailure}. */
export interface FailureOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a config that cannot be served. */
  readonly notes?: readonly ConfigNote[];
}

/** A call that cannot be answered as asked. */
export class ApiFailure extends Error {
  /** Name of the class. */
  override readonly name = "ApiFailure";
  /** The status of HTTP. */
  readonly status: number;
  /** What goes with it. */
  readonly options: FailureOptions;

  /** @param message What was wrong and what was expected, in words. */
  constructor(
    status: number,
    message: string,
    options: FailureOptions = {},
  ) {
    super(message);
    this.status = status;
    this.options = options;
  }
}

/** What may be done with an answer that is no page: nothing. */
const NO_PAGE_CSP = "default-src 'none'; frame-ancestors 'none'";

/** An answer in JSON. */
export function json(value: unknown, status = 200): Response {
  return answer(asciiJson(value), "application/json", { status });
}

/** An answer in plain text. */
export function text(value: string, status = 200): Response {
  return answer(value, "text/plain; charset=utf-8", { status });
}

/** An answer that is a page. */
export function page({ html, csp }: Page): Response {
  return answer(html, "text/html; charset=utf-8", { csp });
}

/** An answer of any type. */
export function answer(
  body: BodyInit,
  type: string,
  { status = 200, csp = NO_PAGE_CSP }: { status?: number; csp?: string } = {},
): Response {
  return new Response(body, {
    status,
    headers: {
      "content-type": type,
      "content-security-policy": csp,
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      // For what knows no frame-ancestors.
      "x-frame-options": "DENY",
    },
  });
}

/** The answer to a call that cannot be answered. */
export function failure({ status, message, options }: ApiFailure): Response {
  const { headers = {}, notes } = options;
  const body: ApiError = {
    error: message,
    ...(notes === undefined ? {} : { notes }),
  };
  const response = json(body, status);
  for (const [name, value] of Object.entries(headers)) {
    response.headers.set(name, value);
  }
  return response;
}

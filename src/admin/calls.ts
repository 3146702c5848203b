/**
 * What each call of the admin API does.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import { LOG_LEVELS, type LogLevel } from "../observe/log.ts";
import { didYouMean, orList } from "../config/diagnostics.ts";
import { answer, ApiFailure, json, page, text } from "./answers.ts";
import { parseConnectionQuery } from "./connection_query.ts";
import type { EventHub } from "./event_hub.ts";
import { jsonBody } from "./json_body.ts";
import type { Page } from "./page/mod.ts";
import type { AdminSource } from "./source.ts";

/** So much longer may a reload take: workers start, modules are loaded. */
const RELOAD_FACTOR = 6;
/** Text format of Prometheus, version 0.0.4. */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** What a call has to work with. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  /** What stands in the path for `ID`, if the path has one. */
  readonly id: string;
  readonly source: AdminSource;
  readonly events: EventHub;
  readonly page: Page;
  /** How long an answer may take, in milliseconds. */
  readonly answerMs: number;
}

/** Answers a call. @throws {ApiFailure} When it cannot. */
export type Answer = (call: Call) => Response | Promise<Response>;

/** `GET /healthz` */
export function health(): Response {
  return text("ok\n");
}

/** `GET /readyz` */
export function ready({ source: { status, accepts } }: Call): Response {
  if (status !== "ready") return text(`${status}\n`, 503);
  return accepts ? text("ready\n") : text("no worker accepts\n", 503);
}

/** `GET /` */
export function home(call: Call): Response {
  return page(call.page);
}

/** `GET /metrics` */
export async function metrics({ source, answerMs }: Call): Promise<Response> {
  return answer(await inTime(source.metrics(), answerMs), METRICS_TYPE);
}

/** `GET /api/state` */
export async function state(
  { source, url, answerMs }: Call,
): Promise<Response> {
  const withText = wantsConfig(url.searchParams);
  const state = await inTime(source.state(), answerMs);
  if (withText) return json(state);
  const config = { ...state.config, text: "", included: [] };
  return json({ ...state, config });
}

/** `GET /api/connections` */
export async function connections(
  { source, url, answerMs }: Call,
): Promise<Response> {
  const query = parseConnectionQuery(url.searchParams);
  return json(await inTime(source.findConnections(query), answerMs));
}

/** `GET /api/connections/ID` */
export async function connection(
  { source, id, answerMs }: Call,
): Promise<Response> {
  const detail = await inTime(source.describeConnection(idOf(id)), answerMs);
  if (detail === null) throw noConnection(id);
  return json(detail);
}

/** `POST /api/connections/ID/close` */
export async function close(
  { source, id, answerMs }: Call,
): Promise<Response> {
  const closed = idOf(id);
  const isClosed = await inTime(source.closeConnection(closed), answerMs);
  if (isClosed) return json({ closed });
  throw noConnection(id, "open ");
}

/** `GET /api/events` */
export function events({ events }: Call): Response {
  return answer(events.open(), "text/event-stream");
}

/** `POST /api/reload` */
export async function reload({ source, answerMs }: Call): Promise<Response> {
  const outcome = await inTime(source.reload(), answerMs * RELOAD_FACTOR);
  if (outcome.ok) return json(outcome.answer);
  throw new ApiFailure(422, outcome.error, { notes: outcome.notes });
}

/** `POST /api/drain` */
export function drain({ source }: Call): Response {
  return json(source.drain(), 202);
}

/** `POST /api/log` */
export async function log(
  { source, request, answerMs }: Call,
): Promise<Response> {
  const body = await inTime(jsonBody(request), answerMs);
  return json(source.setLogLevel(levelOf(body)));
}

/** Whether the text of the config is wanted: not with `?config=no`. */
function wantsConfig(query: URLSearchParams): boolean {
  const found = query.get("config");
  if (found === null) return true;
  if (found === "no") return false;
  throw new ApiFailure(
    400,
    `Invalid "config": found ${JSON.stringify(found)}, expected "no"`,
  );
}

/** @returns `null`: what the config says. */
function levelOf({ level, ...others }: Record<string, unknown>) {
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new ApiFailure(
      400,
      `Unknown field ${JSON.stringify(other)}: expected level`,
    );
  }
  if (level === null || LOG_LEVELS.includes(level as LogLevel)) {
    return level as LogLevel | null;
  }
  const guess = typeof level === "string" ? didYouMean(level, LOG_LEVELS) : "";
  const found = level === undefined ? "nothing" : JSON.stringify(level);
  throw new ApiFailure(
    400,
    `Invalid "level": found ${found}, expected ${
      orList([...LOG_LEVELS, "null"])
    }${guess}`,
  );
}

function idOf(text: string): number {
  const id = Number(text);
  if (/^\d{1,10}$/.test(text) && id < 2 ** 32) return id;
  throw new ApiFailure(
    400,
    `Invalid connection ${JSON.stringify(text)}: expected its number`,
  );
}

function noConnection(id: string, what = ""): ApiFailure {
  return new ApiFailure(404, `There is no ${what}connection ${id}`);
}

/** @throws {ApiFailure} 503, when it takes too long. */
async function inTime<T>(promise: Promise<T>, limitMs: number): Promise<T> {
  const settled = new AbortController();
  const late = delay(limitMs, settled).then(() => {
    throw new ApiFailure(503, `No answer within ${limitMs / 1_000} seconds`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    settled.abort();
  }
}

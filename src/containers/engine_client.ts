/**
 * Asking a container engine by its API over a Unix socket: Docker Engine, or
 * Podman, which answers in the same way.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { PassthruError } from "../errors.ts";
import {
  type Container,
  hasOwnLabel,
  isContainerId,
  objectOf,
  readContainer,
} from "./container.ts";
import { type EngineEvent, readEvent } from "./engine_event.ts";
import { badAnswer, EngineHttp } from "./engine_http.ts";
import { LineSplitter } from "./line_splitter.ts";

/** Longest answers, in bytes. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;
const MAX_INSPECT_BYTES = 16 * 1024 * 1024;
const MAX_OTHER_BYTES = 1024 * 1024;
/** Longest event, in bytes: it has all labels of its container. */
const MAX_EVENT_BYTES = 1024 * 1024;
/** Longest wait for an answer, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** The version that this was written for; older ones have all of it too. */
const WANTED_VERSION = [1, 44];

/** A container in the list of all that run. */
export interface ListedContainer {
  readonly id: string;
  /** Another text when it is to be looked at again. */
  readonly fingerprint: string;
}

/** Who answers. */
export interface Engine {
  /** `Podman Engine 4.3.1`. */
  readonly name: string;
  /** The version of the API that is used: `1.41`. */
  readonly apiVersion: string;
}

/** The events of an engine, from when they were asked for. */
export interface EngineEvents extends AsyncIterable<EngineEvent | null> {
  /** Ends them. Idempotent. */
  close(): void;
}

/** Options of {@linkcode EngineClient}. */
export interface EngineClientOptions {
  /** Path of the socket. */
  readonly socket: string;
  /** Longest wait for an answer, in milliseconds. Default: 10 s. */
  readonly timeoutMs?: number;
}

/**
 * Asks one engine. Every call throws a {@linkcode PassthruError} when it is not
 * answered: `engine_away` when there is nobody to ask, `engine_answer` when what
 * came is of no use.
 */
export class EngineClient implements Disposable {
  readonly #http: EngineHttp;
  #version = "";

  /** Connects to nothing yet. */
  constructor({ socket, timeoutMs = TIMEOUT_MS }: EngineClientOptions) {
    this.#http = new EngineHttp({ socket, timeoutMs });
  }

  /** Asks which versions it knows, and chooses one. To be called first. */
  async connect(): Promise<Engine> {
    const answer = await this.#json("/version", MAX_OTHER_BYTES);
    const { ApiVersion, Version, Platform, Components } = objectOf(answer);
    const newest = versionOf(ApiVersion);
    if (newest === null) {
      throw badAnswer('"/version" names no version of the API');
    }
    const chosen = isOlder(newest, WANTED_VERSION) ? newest : WANTED_VERSION;
    this.#version = `/v${chosen.join(".")}`;
    const [first] = Array.isArray(Components) ? Components : [];
    const name = objectOf(first)["Name"] ?? objectOf(Platform)["Name"];
    return {
      name: `${String(name ?? "engine").slice(0, 64)} ${
        String(Version ?? "").slice(0, 64)
      }`,
      apiVersion: chosen.join("."),
    };
  }

  /** The containers that run and have labels for passthru. */
  async list(): Promise<ListedContainer[]> {
    const path = `${this.#version}/containers/json`;
    const answer = await this.#json(path, MAX_LIST_BYTES);
    if (!Array.isArray(answer)) throw badAnswer("the list is no list");
    return answer.filter((each) =>
      isContainerId(each?.Id) && hasOwnLabel(each.Labels)
    ).map((each) => ({ id: each.Id, fingerprint: fingerprintOf(each) }));
  }

  /** A container by its id; `null`: there is none. */
  async inspect(id: string): Promise<Container | null> {
    const path = `${this.#version}/containers/${id}/json`;
    const { status, body } = await this.#http.get(path, MAX_INSPECT_BYTES);
    if (status === 404) return null;
    if (status !== 200) throw badStatus(status, body);
    const container = readContainer(parse(body));
    if (container === null) {
      throw badAnswer(`the description of ${id} is none`);
    }
    return container;
  }

  /**
   * Asks for events. When it resolves, all that happens from then on comes.
   *
   * An event that is `null` could not be read: anything may have happened.
   */
  async events(): Promise<EngineEvents> {
    const filters = JSON.stringify({ type: ["container", "network"] });
    const query = new URLSearchParams({ filters });
    const path = `${this.#version}/events?${query}`;
    const response = await this.#http.stream(path);
    if (response.statusCode !== 200) {
      response.destroy();
      throw badStatus(response.statusCode ?? 0, "");
    }
    return {
      [Symbol.asyncIterator]: () => eventsIn(response),
      close: () => void response.destroy(),
    };
  }

  /** Ends all that is under way. */
  [Symbol.dispose](): void {
    this.#http[Symbol.dispose]();
  }

  async #json(path: string, maxBytes: number): Promise<unknown> {
    const { status, body } = await this.#http.get(path, maxBytes);
    if (status !== 200) throw badStatus(status, body);
    return parse(body);
  }
}

async function* eventsIn(
  response: IncomingMessage,
): AsyncGenerator<EngineEvent | null> {
  const splitter = new LineSplitter(MAX_EVENT_BYTES);
  for await (const chunk of response) {
    for (const line of splitter.push(chunk as Uint8Array)) {
      const event = line === null ? null : readEvent(line);
      if (event !== null || line === null) yield event;
    }
  }
}

/** What of a listed container tells that it is to be looked at again. */
function fingerprintOf(listed: Record<string, unknown>): string {
  const { Names, State, Status, NetworkSettings } = listed;
  // "Up 5 minutes (healthy)"
  const health = /\(([a-z: ]+)\)/.exec(String(Status))?.[1] ?? "";
  const networks = objectOf(NetworkSettings)["Networks"];
  return JSON.stringify([Names, State, health, networks]);
}

function versionOf(text: unknown): number[] | null {
  const found = /^(\d{1,3})\.(\d{1,3})$/.exec(String(text));
  return found === null ? null : [Number(found[1]), Number(found[2])];
}

function isOlder(a: readonly number[], b: readonly number[]): boolean {
  return a[0] !== b[0] ? a[0]! < b[0]! : a[1]! < b[1]!;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw badAnswer("it is not JSON");
  }
}

function badStatus(status: number, body: string): PassthruError {
  return badAnswer(`status ${status}: ${body.trim().slice(0, 200)}`);
}

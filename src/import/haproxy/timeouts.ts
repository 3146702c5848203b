/**
 * The timeouts of HAProxy that passthru has too.
 *
 * @module
 */
import type { ImportedConfig } from "../imported_config.ts";
import type { Problems } from "../importer.ts";
import type { Origin } from "../origin.ts";
import { durationText } from "../ordered/duration_text.ts";
import { milliseconds } from "./durations.ts";
import type { Proxy } from "./proxies.ts";
import { originOf } from "./words.ts";

/** A time, and where it is said. */
export interface Timeout {
  readonly ms: number;
  readonly origin: Origin;
}

/** Timeouts that all have: they need to be said once. */
export interface CommonTimeouts {
  readonly connect: Timeout | null;
  readonly idle: Timeout | null;
}

/** Reads the timeouts of proxies. */
export class Timeouts {
  readonly common: CommonTimeouts;
  readonly #problems: Problems;

  /** Finds out which timeouts all have. */
  constructor(
    { frontends, backends }: {
      readonly frontends: readonly Proxy[];
      readonly backends: readonly Proxy[];
    },
    problems: Problems,
  ) {
    this.#problems = problems;
    this.common = {
      connect: same(backends.map((backend) => this.#read(backend, "connect"))),
      idle: same(
        frontends.flatMap((frontend) =>
          backends.map((backend) => this.#idle(frontend, backend))
        ),
      ),
    };
  }

  /** Writes what is common. */
  write(config: ImportedConfig): void {
    const { connect, idle } = this.common;
    const set = (name: string, timeout: Timeout | null) => {
      if (timeout === null) return;
      const { ms, origin } = timeout;
      config.root.at("defaults", null).set(name, durationText(ms), origin);
    };
    set("connect_timeout", connect);
    set("idle_timeout", idle);
  }

  /** The fields of an action, without what is common. */
  fields(frontend: Proxy, backend: Proxy): Readonly<Record<string, string>> {
    const connect = this.#read(backend, "connect");
    const idle = this.#idle(frontend, backend);
    return {
      ...connect === null || connect.ms === this.common.connect?.ms
        ? {}
        : { connect_timeout: durationText(connect.ms) },
      ...idle === null || idle.ms === this.common.idle?.ms
        ? {}
        : { idle_timeout: durationText(idle.ms) },
    };
  }

  /**
   * Without a byte in either direction: `tunnel` is for connections that go
   * both ways; otherwise the shorter one of both sides ends them.
   */
  #idle(frontend: Proxy, backend: Proxy): Timeout | null {
    const client = this.#read(frontend, "client");
    const server = this.#read(backend, "server");
    const tunnel = this.#read(backend, "tunnel");
    if (tunnel !== null) return tunnel;
    if (client === null || server === null) return client ?? server;
    return client.ms <= server.ms ? client : server;
  }

  #read(proxy: Proxy, name: string): Timeout | null {
    const line = proxy.setting("timeout", name);
    const ms = milliseconds(line?.[2], this.#problems);
    return line === undefined || ms === null
      ? null
      : { ms, origin: originOf(line) };
  }
}

function same(timeouts: readonly (Timeout | null)[]): Timeout | null {
  const [first = null] = timeouts;
  return timeouts.every((timeout) => timeout?.ms === first?.ms) ? first : null;
}

/**
 * An expectation: a test inside the config, a sample of what a client sends and
 * where it must go.
 *
 * @module
 */
import type { Span } from "./diagnostics.ts";

/** What an expectation's client sends. */
export type Sample =
  | { readonly kind: "hello"; readonly hello: HelloSample }
  | { readonly kind: "http"; readonly http: HttpSample }
  | { readonly kind: "ssh"; readonly ssh: SshSample }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "silent" };

/** A TLS ClientHello. */
export interface HelloSample {
  /** Server name; absent: the hello names none. */
  readonly sni?: string | undefined;
  /** ALPN protocols; absent: it offers none. */
  readonly alpn?: readonly string[] | undefined;
  /** The highest version offered. Default: 1.3. */
  readonly version?: "1.0" | "1.1" | "1.2" | "1.3" | undefined;
  /** Whether it carries an Encrypted ClientHello. Default: `false`. */
  readonly ech?: boolean | undefined;
}

/** The head of an HTTP/1 request. */
export interface HttpSample {
  /** The `Host` header; absent: it has none. */
  readonly host?: string | undefined;
  /** The request target. Default: `/`. */
  readonly path?: string | undefined;
  /** Default: `GET`. */
  readonly method?: string | undefined;
  /** Default: 1.1. */
  readonly version?: "1.0" | "1.1" | undefined;
  /** More headers, by name. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** An SSH identification string. */
export interface SshSample {
  /** Default: `OpenSSH_9.6`. */
  readonly software?: string | undefined;
}

/** A value that is expected, and where the config says so. */
export interface Expected<T> {
  /** What is expected. */
  readonly value: T;
  /** Its place in the config. */
  readonly span: Span;
}

/** One expectation of a config; at least one of the last four is there. */
export interface Expectation {
  /** Label for messages. */
  readonly name?: string;
  /** The server, as `servers` spells it. */
  readonly server: string;
  /** What the client sends. */
  readonly sample: Sample;
  /** The client's IP address, for `FROM`; `null`: not known. */
  readonly from: string | null;
  /** When it connects, in ms since the epoch, for `TIME`; `null`: not known. */
  readonly timeMs: number | null;
  /** The detector that matches, or `SILENT`. */
  readonly protocol?: Expected<string>;
  /** The winning rule with its protocol: `TLS/SNI example.com`. */
  readonly rule?: Expected<string>;
  /** One of the rule's targets, or (a list) all of them in any order. */
  readonly target?: Expected<string | readonly string[]>;
  /** The connection is closed. */
  readonly reject?: Expected<true>;
}

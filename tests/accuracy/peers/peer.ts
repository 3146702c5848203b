/** Programs that name connections, and how they are asked. */
import type { Destinations } from "./destinations.ts";

/** What a program says that it can tell. */
export interface Claims {
  /** Rows of the table: names of detectors, or labels where there is none. */
  readonly protocols: readonly string[];
  /** Whether it goes by the server name of TLS. */
  readonly sni?: boolean;
  /** Whether it goes by the host of HTTP. */
  readonly host?: boolean;
}

/** What a multiplexer is to do. */
export interface Setup {
  /** An empty folder for its files. */
  readonly folder: string;
  readonly destinations: Destinations;
  /** Each port to listen on, and the port of all destinations behind it. */
  readonly lanes: readonly { readonly port: number; readonly to: number }[];
  /** Names of servers, in lower case. */
  readonly snis: readonly string[];
  /** Hosts of HTTP, in lower case. */
  readonly hosts: readonly string[];
}

/** A multiplexer. */
export interface Multiplexer {
  readonly name: string;
  readonly program: string;
  /** Arguments that make it say its version. */
  readonly versionArgs: readonly string[];
  readonly claims: Claims;
  /** Whether it waits for more bytes without end. */
  readonly neverGivesUp?: boolean;
  /** The files to write, by name, and the command lines to run. */
  run(setup: Setup): {
    readonly files: Readonly<Record<string, string>>;
    readonly commands: readonly (readonly string[])[];
  };
}

/** How long a peer may wait for more bytes, in seconds. */
export const WAIT_S = 1;

/** A program that does passthru's work, and how it is told to. */

/** What a peer is to do. */
export interface Setup {
  /** Port of 127.0.0.1 to listen on. */
  readonly port: number;
  /** The port for HTTP: the same, but for peers that have ports apart. */
  readonly httpPort: number;
  /** Threads or processes that serve, where that can be chosen. */
  readonly workers: number;
  /** Names of TLS servers that go to `tls`. */
  readonly tlsHosts: readonly string[];
  /** Port of 127.0.0.1 for TLS with one of those names. */
  readonly tls: number;
  /** Port of 127.0.0.1 for HTTP. */
  readonly http: number;
  /** Port of 127.0.0.1 for everything else. */
  readonly rest: number;
  /** Connections to be ready for at a time. */
  readonly connections: number;
}

/** A program that is measured. */
export interface Peer {
  /** What it is called in tables and on the command line. */
  readonly name: string;
  /** The program that must be installed. */
  readonly program: string;
  /** Arguments that make it say its version. */
  readonly versionArgs: readonly string[];
  /** Folder of its sources, whose commit belongs to the version. */
  readonly sources?: string;
  /**
   * Whether it starts processes without waiting for them (`SA_NOCLDWAIT`): the
   * kernel then forgets their processor time, so that it cannot be told.
   */
  readonly forgetsChildren?: boolean;
  /**
   * Whether it serves TLS and HTTP on a port each, since it cannot tell them
   * apart. It then forwards nothing else.
   */
  readonly hasPortsApart?: boolean;
  /** Whether the count of its workers cannot be chosen. */
  readonly hasOneWorker?: boolean;
  /** The text of its config. */
  config(setup: Setup): string;
  /** Its command line in the foreground, with a config at `file`. */
  command(file: string, setup: Setup): readonly string[];
}

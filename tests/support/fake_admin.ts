/** An admin server in the test process, in front of a source that is made up. */
import type { AccessRules } from "../../src/admin/access.ts";
import type {
  ConnectionDetail,
  ConnectionQuery,
  ConnectionView,
  State,
} from "../../src/admin/api.ts";
import { pageHtml } from "../../src/admin/page/mod.ts";
import {
  AdminServer,
  type AdminServerOptions,
} from "../../src/admin/server.ts";
import type {
  AdminSource,
  Changed,
  ReloadOutcome,
  ReportListener,
} from "../../src/admin/source.ts";
import { formatHostPort } from "../../src/config/address.ts";
import { Logger } from "../../src/observe/log.ts";

/** A source that says what it was told to say, and remembers what was asked. */
export class FakeSource implements AdminSource {
  /** The calls that change something, and those with parameters. */
  readonly asked: unknown[] = [];
  changed: Changed = {
    status: "ready",
    generation: 1,
    log: { level: "info", format: "text" },
  };
  accepts = true;
  reloaded: () => Promise<ReloadOutcome> = () =>
    Promise.resolve({
      ok: true,
      answer: { generation: 2, changes: ["x"], notes: [], refused: [] },
    });
  stateNow: () => Promise<State> = () =>
    Promise.resolve({ pid: 1 } as unknown as State);
  readonly reportListeners = new Set<ReportListener>();
  readonly changeListeners = new Set<(changed: Changed) => void>();

  get status() {
    return this.changed.status;
  }

  state(): Promise<State> {
    return this.stateNow();
  }

  metrics(): Promise<string> {
    return Promise.resolve("up 1\n");
  }

  findConnections(query: ConnectionQuery) {
    this.asked.push(query);
    return Promise.resolve({ matched: 0, connections: [] });
  }

  describeConnection(id: number): Promise<ConnectionDetail | null> {
    const connection = { id } as ConnectionView;
    return Promise.resolve(id === 7 ? { connection, explanation: null } : null);
  }

  closeConnection(id: number): Promise<boolean> {
    this.asked.push(["close", id]);
    return Promise.resolve(id === 7);
  }

  watchReports(listener: ReportListener): () => void {
    this.reportListeners.add(listener);
    return () => this.reportListeners.delete(listener);
  }

  watchChanges(listener: (changed: Changed) => void): () => void {
    this.changeListeners.add(listener);
    return () => this.changeListeners.delete(listener);
  }

  reload(): Promise<ReloadOutcome> {
    this.asked.push("reload");
    return this.reloaded();
  }

  drain() {
    this.asked.push("drain");
    return { connections: 3, drain_seconds: 30 };
  }

  setLogLevel(level: Changed["log"]["level"] | null): Changed["log"] {
    this.asked.push(["log", level]);
    return { level: level ?? "info", format: "text" };
  }
}

/** A server that listens, and what is behind it. */
export interface FakeAdmin extends AsyncDisposable {
  readonly server: AdminServer;
  readonly source: FakeSource;
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly log: () => string;
}

/** Starts an admin server on a free port. */
export function fakeAdmin(
  rules: Partial<AccessRules> = {},
  hostname = "127.0.0.1",
  more: Partial<AdminServerOptions> = {},
): FakeAdmin {
  const source = new FakeSource();
  let log = "";
  const server = new AdminServer({
    source,
    page: pageHtml(),
    logger: new Logger({ level: "debug", write: (lines) => log += lines }),
    rules: { token: null, names: [], ...rules },
    ...more,
  });
  server.listen({ text: formatHostPort(hostname, 0), hostname, port: 0 });
  const port = Number(/\d+$/.exec(server.address)![0]);
  return {
    server,
    source,
    port,
    url: `http://127.0.0.1:${port}`,
    log: () => log,
    async [Symbol.asyncDispose]() {
      await server.stop();
    },
  };
}

/**
 * What the tests of the page need of the server under it, so that the same tests
 * can run against a passthru that serves clients.
 */
import { within } from "./wait.ts";
import { AdminFixture } from "./admin_fixture.ts";

/** A server whose page is tested; `await using` ends it. */
export interface PageServer extends AsyncDisposable {
  readonly origin: string;
  /** Connects a client that sends an HTTP request and stays. */
  visit(asked: { host: string; path?: string }): Promise<Visit>;
}

/** A client's connection, open until one side ends it. */
export interface Visit {
  /** The number that the server gave it. */
  readonly id: number;
  /** Sends so many bytes to the target, which sends as many back. */
  transfer(bytes: number): Promise<void>;
  /** Ends it as clients do. */
  end(): Promise<void>;
  /** Resolves when the other side has ended it. */
  closed(): Promise<void>;
}

/** A server that only pretends that there are clients. */
export function pretended(): PageServer {
  const fixture = new AdminFixture();
  return {
    origin: fixture.origin,
    visit: ({ host, path = "/" }) =>
      Promise.resolve(pretendedVisit(fixture, { host, path })),
    [Symbol.asyncDispose]: () => fixture.stop(),
  };
}

function pretendedVisit(
  fixture: AdminFixture,
  { host, path }: { host: string; path: string },
): Visit {
  const { id } = fixture.open({
    listener: "127.0.0.1:8080",
    protocol: "HTTP",
    facts: { method: "GET", version: "1.1", host, path },
    rule: "HTTP/CATCHALL",
    target: "127.0.0.1:9000",
  });
  return {
    id,
    transfer: (bytes) => Promise.resolve(fixture.transfer(id, bytes, bytes)),
    end: () => Promise.resolve(fixture.end(id, "client_eof")),
    closed: () => within(`the end of connection ${id}`, fixture.ended(id)),
  };
}

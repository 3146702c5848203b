/** Clients from addresses of the test's choice, to see who is let in. */
import { connect, type Socket } from "node:net";
import { within } from "./wait.ts";

/** A client that was let in or not. */
export interface Visitor extends AsyncDisposable {
  /** Whether it was answered; else it was closed without a byte. */
  readonly served: boolean;
  /** Ends the connection in order, and waits until it has ended. */
  leave(): Promise<void>;
  /** Breaks the connection. */
  reset(): void;
}

/** Options of {@linkcode visit}. */
export interface VisitOptions {
  /** The client's address. Default: `127.0.0.1`. */
  readonly from?: string;
  /** The address that it connects to. Default: `127.0.0.1`. */
  readonly host?: string;
  /** What it says. Default: `x`. */
  readonly say?: string;
}

/**
 * Connects, says something, and waits for the first byte of an answer or the end.
 * A client that is answered stays connected.
 */
export async function visit(
  port: number,
  { from = "127.0.0.1", host = "127.0.0.1", say = "x" }: VisitOptions = {},
): Promise<Visitor> {
  const socket = connect({ host, port, localAddress: from });
  let got = 0;
  const closed = new Promise<void>((resolve) =>
    socket.once("close", () => resolve())
  );
  // A refusal over what was said is a reset.
  socket.on("error", () => {});
  const answered = new Promise<void>((resolve) =>
    socket.on("data", (data) => {
      got += data.length;
      resolve();
    })
  );
  socket.write(say);
  await within(`an answer to ${from}`, Promise.race([answered, closed]));
  const leave = () => left(socket, closed);
  return {
    served: got > 0,
    leave,
    reset: () => void socket.resetAndDestroy(),
    [Symbol.asyncDispose]: leave,
  };
}

/** Lets so many clients come at once. @returns Those that were let in. */
export async function visitAll(
  port: number,
  count: number,
  options: VisitOptions = {},
): Promise<Visitor[]> {
  const all = await Promise.all(
    Array.from({ length: count }, () => visit(port, options)),
  );
  return all.filter(({ served }) => served);
}

/** Lets clients end, and waits until they have. */
export async function leaveAll(visitors: readonly Visitor[]): Promise<void> {
  await Promise.all(visitors.map((visitor) => visitor.leave()));
}

async function left(socket: Socket, closed: Promise<void>): Promise<void> {
  if (socket.destroyed) return;
  socket.end();
  await within("the end of a client", closed);
}

/**
 * What a session is given: by its listener, and for its own.
 *
 * @module
 */
import type { RingBufferPool } from "../net/ring_buffer.ts";
import type { Observer, OpenConnection } from "../observe/observer.ts";
import type { Report } from "../observe/report.ts";
import type { OriginOptions } from "./client_origin.ts";
import type { JoiningContext } from "./joining.ts";
import type { Admission } from "./limits/admission.ts";
import type { AcceptProxy } from "./proxy_intake.ts";
import type { Router } from "./router.ts";

/** What the sessions of a listener share. */
export interface SessionContext extends JoiningContext {
  /** The listener, as the config spells it. */
  readonly listener: string;
  readonly router: Router;
  readonly pool: RingBufferPool;
  /** Total time to identify a connection, in milliseconds. */
  readonly detectTimeoutMs: number;
  /** From whom PROXY headers are taken; `null`: from nobody. */
  readonly acceptProxy: AcceptProxy | null;
  /** What the names of the connections start with. */
  readonly idPrefix: string;
  readonly observer: Observer;
  /** Hears of each connection once, when it has ended. Must not throw. */
  readonly onEnded: (connection: OpenConnection, report: Report) => void;
}

/** What is a connection's own. */
export interface SessionOptions extends OriginOptions {
  /** What it holds of the limits, and gives back in the end. */
  readonly admission: Admission;
}

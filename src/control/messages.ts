/**
 * What the control plane and a worker say to each other.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import type { CloseReason } from "../errors.ts";
import type { KeptConnection } from "../observe/connection_book.ts";
import type { ConnectionView } from "../observe/connection_view.ts";
import type { Counts } from "../observe/counts.ts";
import type { LogLevel } from "../observe/log.ts";
import type { BoundListener } from "../proxy/bind.ts";
import type { LimitMemory } from "../proxy/limits/ledger.ts";
import type { RoomMemory } from "../proxy/room.ts";
import type { SpreadMemory } from "../proxy/spread.ts";
import type { FoundTargets } from "../upstream/found_targets.ts";
import type { TargetShare } from "../upstream/target_memory.ts";
import type { Answer, Question } from "./questions.ts";
import type { Observing } from "./report_watch.ts";

/** From the control plane to a worker. */
export type ToWorker =
  /**
   * Bind and accept. The first message, sent once it is loaded; to the worker
   * that serves datagrams also later, with a Plan in place of the one before.
   */
  | {
    readonly kind: "serve";
    /** The Plan, its listeners with the ports that they have. */
    readonly plan: Plan;
    /** The last connection number of the process (`Int32`, shared by all). */
    readonly ids: SharedArrayBuffer;
    /** What is known of the targets, shared by the workers of the Plan. */
    readonly targets: TargetShare;
    /** For `Hops`, shared by all. */
    readonly hops?: SharedArrayBuffer;
    /** For `VitalSigns`: what the worker tells of itself. */
    readonly signs: SharedArrayBuffer;
    /** Name of the lock that it holds as long as it lives. */
    readonly lock: string;
    /** What limits are counted in. */
    readonly limits: LimitMemory;
    /** For `Room`, shared by all. Default: nobody asks for it. */
    readonly room?: RoomMemory;
    /** For `Spread`, shared by the workers of the Plan. */
    readonly spread?: SpreadMemory;
    /** The targets of services now. Default: there are no services. */
    readonly found?: readonly FoundTargets[];
    /** Whether to count what happens. Default: `false`. */
    readonly counting?: boolean;
    /** Who asks about connections. Default: nobody does. */
    readonly observing?: Observing | undefined;
  }
  /** To be answered with the same number. */
  | {
    readonly kind: "ask";
    readonly number: number;
    readonly question: Question;
  }
  /** Where a name leads, or why it does not. */
  | {
    readonly kind: "resolved";
    readonly number: number;
    readonly address?: string;
    readonly error?: string;
  }
  /** The targets of a service have changed. */
  | { readonly kind: "found"; readonly found: FoundTargets }
  /** Send what was counted, now, and then an answer with this number. */
  | { readonly kind: "count"; readonly number: number }
  /** Log from this level on; `null`: from the one that the Plan says. */
  | { readonly kind: "log"; readonly level: LogLevel | null }
  /** Stop accepting and drain; `null`: as long as connections last. */
  | { readonly kind: "stop"; readonly drainMs: number | null }
  /** Close all connections now. */
  | { readonly kind: "close"; readonly reason: CloseReason };

/** What a worker is to serve. */
export type ServeMessage = Extract<ToWorker, { readonly kind: "serve" }>;

/** From a worker to the control plane. */
export type FromWorker =
  /** It hears messages now; what was sent before may be lost. */
  | { readonly kind: "loaded" }
  /** It holds its lock. */
  | { readonly kind: "present" }
  /** It accepts. @property bound Where, if only it has the sockets. */
  | { readonly kind: "serving"; readonly bound?: readonly BoundListener[] }
  /** It cannot serve another Plan, and goes on with the one before. */
  | { readonly kind: "not served"; readonly message: string }
  /** To be told where a name leads, with this number. */
  | {
    readonly kind: "resolve";
    readonly number: number;
    readonly hostname: string;
  }
  /** What was counted since the last one. */
  | { readonly kind: "counted"; readonly counts: Counts }
  /** It cannot bind. The last message. */
  | { readonly kind: "failed"; readonly message: string }
  /** What it was asked with this number. */
  | {
    readonly kind: "answer";
    readonly number: number;
    /** `null`: it has none. */
    readonly answer: Answer | null;
  }
  /** Connections that have ended, while somebody watches. */
  | {
    readonly kind: "reports";
    readonly batch: readonly ConnectionView[];
    readonly dropped: number;
  }
  /** Connections that it remembers, when it has drained. */
  | {
    readonly kind: "ended";
    readonly connections: readonly KeptConnection[];
  }
  /** It accepts no more; open connections go on. */
  | { readonly kind: "quiet" }
  /** It has drained. The last message. */
  | { readonly kind: "stopped"; readonly closed: number }
  /** Something was thrown that nobody caught. The last message. */
  | { readonly kind: "crashed"; readonly stack: string };

/** The fields of each message, and their types. */
const FIELDS: Readonly<
  Record<FromWorker["kind"], Readonly<Record<string, string>>>
> = {
  loaded: {},
  present: {},
  serving: {},
  "not served": { message: "string" },
  resolve: { number: "number", hostname: "string" },
  counted: { counts: "object" },
  failed: { message: "string" },
  answer: { number: "number" },
  reports: { batch: "object", dropped: "number" },
  ended: { connections: "object" },
  quiet: {},
  stopped: { closed: "number" },
  crashed: { stack: "string" },
};

/**
 * Takes what a worker has sent for a message: code of a detector module can send
 * anything. What an object holds is not looked at.
 *
 * @returns `null`: it is none.
 */
export function fromWorker(data: unknown): FromWorker | null {
  if (typeof data !== "object" || data === null) return null;
  const message = data as Readonly<Record<string, unknown>>;
  const { kind } = message;
  if (typeof kind !== "string" || !Object.hasOwn(FIELDS, kind)) return null;
  const fields = Object.entries(FIELDS[kind as FromWorker["kind"]]);
  const fits = fields.every(([name, type]) =>
    typeof message[name] === type && message[name] !== null
  );
  return fits ? data as FromWorker : null;
}

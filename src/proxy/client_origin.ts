/**
 * Who the client of a connection is.
 *
 * @module
 */
import type { ForwardPlan } from "../config/plan.ts";
import type { Facts } from "../detect/detector.ts";
import { addressText, ipOf } from "../net/address_text.ts";
import type { Decide, PeekedSource } from "../net/peek.ts";
import type { RingBufferPool } from "../net/ring_buffer.ts";
import {
  type ConnectionEnds,
  type Endpoint,
  type ProxyHeader,
  TLV_TYPES,
} from "../net/proxy_protocol.ts";
import type { Report } from "../observe/report.ts";
import type { Admission } from "./limits/admission.ts";
import { type AcceptProxy, type Refusal, takeHeader } from "./proxy_intake.ts";
import { proxyOpening, saysSomething } from "./proxy_opening.ts";

/** What a listener knows of its clients. */
export interface OriginContext {
  /** `null`: PROXY headers are no business of this listener. */
  readonly acceptProxy: AcceptProxy | null;
  /** What is peeked into. */
  readonly pool: Pick<RingBufferPool, "capacity">;
  /** What the names of the connections start with: {@linkcode idPrefix}. */
  readonly idPrefix: string;
}

/** What is a connection's own. */
export interface OriginOptions {
  /** Number of the connection in this process. */
  readonly id: number;
  /** What hears the client's IP address that a PROXY header has named. */
  readonly admission: Pick<Admission, "identify">;
}

const NOTHING = new Uint8Array();
const NOWHERE: Endpoint = Object.freeze({ hostname: "", port: 0 });

/** A random name for this data plane, which its connections' names start with. */
export function idPrefix(): string {
  return crypto.getRandomValues(new Uint8Array(8)).toHex();
}

/**
 * Who the client is: whom an accepted PROXY header names, else the peer.
 */
export class ClientOrigin {
  /** Why the peer is refused before a byte is read; `null`: it is not. */
  readonly refusal: Refusal | null;
  readonly #conn: Pick<Deno.Conn, "localAddr" | "remoteAddr">;
  readonly #context: OriginContext;
  readonly #id: number;
  readonly #admission: Pick<Admission, "identify">;
  /** Whether a header may be at the front, and has not been looked for. */
  #open: boolean;
  #header: ProxyHeader | null = null;
  #sentId: string | null = null;

  constructor(
    conn: Deno.Conn,
    context: OriginContext,
    { id, admission }: OriginOptions,
  ) {
    this.#conn = conn;
    this.#context = context;
    this.#id = id;
    this.#admission = admission;
    const { acceptProxy } = context;
    this.#open = acceptProxy !== null &&
      acceptProxy.sources.has(endpoint(conn.remoteAddr).hostname);
    this.refusal = this.#open ? null : this.#unlisted();
  }

  /** The client's IP address; `null`: a Unix socket has none. */
  get address(): string | null {
    return this.#source.hostname || null;
  }

  /** What the report says of it. */
  get reported(): Pick<Report, "client" | "proxy" | "uniqueId"> {
    const peer = addressText(this.#conn.remoteAddr);
    if (this.#header === null && this.#sentId === null) return { client: peer };
    const uniqueId = this.#receivedId() ?? this.#sentId;
    return {
      client: this.#header?.ends ? addressText(this.#source) : peer,
      ...(this.#header === null ? {} : { proxy: peer }),
      ...(uniqueId === null ? {} : { uniqueId }),
    };
  }

  /**
   * Takes the header off the peeked bytes, where one may be, before they are
   * decided about.
   */
  before<T>(peeked: PeekedSource, decide: Decide<T>): Decide<T | Refusal> {
    if (!this.#open) return decide;
    return (view, moment) => {
      if (!this.#open) return decide(view, moment);
      const { acceptProxy, pool: { capacity } } = this.#context;
      const { required, alone } = acceptProxy!;
      const taken = takeHeader(view, moment, { required, alone, capacity });
      if (taken === null || "reason" in taken) return taken;
      this.#open = false;
      this.#header = taken.header;
      const refusal = this.#limit();
      if (refusal !== null) return refusal;
      peeked.consume(taken.length);
      const rest = peeked.peeked;
      const room = moment === "full" && taken.length > 0;
      return decide(rest, room ? null : moment);
    };
  }

  /** The bytes that a route's target gets before the client's; may be none. */
  opening({ sendProxy }: ForwardPlan, facts: Facts): Uint8Array {
    if (sendProxy === undefined) return NOTHING;
    const uniqueId = `${this.#context.idPrefix}-${this.#id}`;
    if (sendProxy === "v2") this.#sentId = uniqueId;
    return proxyOpening(sendProxy, {
      ends: this.#ends,
      received: this.#header?.tlvs ?? [],
      facts,
      uniqueId,
    });
  }

  get #source(): Endpoint {
    return this.#header?.ends?.source ?? endpoint(this.#conn.remoteAddr);
  }

  /** The ends of the client's own connection. */
  get #ends(): ConnectionEnds {
    return this.#header?.ends ?? {
      source: endpoint(this.#conn.remoteAddr),
      destination: endpoint(this.#conn.localAddr),
    };
  }

  /** Whether a peer from which no header is taken is refused. */
  #unlisted(): Refusal | null {
    if (this.#context.acceptProxy?.required !== true) return this.#limit();
    return {
      reason: "untrusted_source",
      error:
        `Connections from ${
          ipOf(this.#conn.remoteAddr) ?? "a Unix socket"
        } are not accepted: ` +
        'it is not in "accept_proxy", and a PROXY header is required',
    };
  }

  /** Whether a limit keeps the client out, whose address is known now. */
  #limit(): Refusal | null {
    // It was known at the accept.
    if (this.#context.acceptProxy === null) return null;
    const limit = this.#admission.identify(this.#source.hostname);
    return limit === null ? null : { reason: "limit", error: limit };
  }

  #receivedId(): string | null {
    const id = this.#header?.tlvs.find((tlv) =>
      tlv.type === TLV_TYPES.UNIQUE_ID && saysSomething(tlv)
    );
    if (id === undefined) return null;
    return id.value.every((byte) => byte > 0x20 && byte < 0x7f)
      ? String.fromCharCode(...id.value)
      : `hex:${id.value.toHex()}`;
  }
}

/** A Unix socket has no address that could be compared or sent. */
function endpoint(address: Deno.Addr): Endpoint {
  return "hostname" in address ? address : NOWHERE;
}

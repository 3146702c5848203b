/**
 * One listener for datagrams: which flow each belongs to, and what becomes of it.
 *
 * @module
 */
import { closeQuietly } from "../net/close_quietly.ts";
import type { BoundListener } from "../proxy/bind.ts";
import { addressKey } from "./address.ts";
import type { Flow, FlowEnding } from "./flow.ts";
import type { FlowContext } from "./flow_context.ts";
import { admitFlow, type FlowPlace, reportLoop } from "./flow_admission.ts";
import { choiceFor } from "./flow_decision.ts";
import { FlowGroup } from "./flow_group.ts";
import { FlowService, type Sending } from "./flow_service.ts";
import { tellLost, tellUnread } from "./listener_faults.ts";
import type { OwnPorts } from "./own_ports.ts";
import { beginsConnection } from "./quic_ids.ts";
import { isInitiation } from "./wireguard_ids.ts";

/** Pause after a socket could not be read, in milliseconds. */
const RETRY_MS = 100;
/** While a server drains, flows end that are idle for so long, in ms. */
const DRAIN_IDLE_MS = 2_000;
/** The bit of a first byte that a long header of QUIC has. */
const LONG_FORM = 0x80;
/** Above it a datagram may begin a QUIC connection, whatever else is there. */
const MIN_INITIAL_BYTES = 1_200;

/** Serves the datagrams of one socket. */
export class DatagramListener {
  readonly bound: BoundListener;
  readonly #socket: Deno.DatagramConn;
  readonly #ports: OwnPorts;
  #context: FlowContext;
  readonly #flows: FlowService;
  #isClosed = false;
  /** Takes no new flow. */
  #isRetired = false;

  /** @param ports The ports of all sockets towards targets. */
  constructor(
    socket: Deno.DatagramConn,
    context: FlowContext,
    ports: OwnPorts,
  ) {
    this.#socket = socket;
    this.#context = context;
    this.#ports = ports;
    this.#flows = new FlowService(socket, ports);
    this.bound = {
      text: context.plan.address.text,
      address: socket.addr as Deno.NetAddr,
    };
  }

  /** How many flows are open. */
  get flows(): number {
    return this.#flows.table.size;
  }

  /** Whether it takes no flow and has none. */
  get isDone(): boolean {
    return this.#isRetired && this.flows === 0;
  }

  /** Flows that begin from now on are served by another Plan. */
  follow(context: FlowContext): void {
    this.#context = context;
    this.#isRetired = false;
  }

  /** Takes no new flow; those that are open go on. */
  retire(): void {
    this.#isRetired = true;
  }

  /** Reads until the socket is closed. Never rejects. */
  async run(): Promise<void> {
    const { shared } = this.#context;
    const buffer = shared.buffers.take();
    while (!this.#isClosed) {
      let sending: Sending = null;
      try {
        const [datagram, from] = await this.#socket.receive(buffer);
        sending = this.#safely(datagram, from as Deno.NetAddr);
      } catch (error) {
        if (!this.#isClosed) await this.#failed(error);
      }
      try {
        if (sending !== null) await sending;
      } catch {
        // It is lost: the ends notice, and send it again or not.
      }
    }
    shared.buffers.give(buffer);
  }

  /** Closes the socket; its flows must have ended. */
  close(): void {
    this.#isClosed = true;
    closeQuietly(this.#socket);
  }

  /** As `#take`: whatever a datagram leads to, the next one is read. */
  #safely(datagram: Uint8Array, from: Deno.NetAddr): Sending {
    try {
      return this.#take(datagram, from);
    } catch (error) {
      tellLost(this.#context, from, error);
      return null;
    }
  }

  async #failed(error: unknown): Promise<void> {
    tellUnread(this.#context, error, RETRY_MS);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }

  /** @param datagram Valid until what is returned has settled. */
  #take(datagram: Uint8Array, from: Deno.NetAddr): Sending {
    const key = addressKey(from);
    const newest = this.#flows.table.at(key);
    if (newest === undefined) {
      const group = this.#groupOf(datagram);
      return group === null
        ? this.#begin(datagram, from, key)
        : this.#roam(group, datagram, { from, key });
    }
    if (newest.protocol === "DNS" || newest.protocol === "WIREGUARD") {
      return this.#takeMessage(newest, datagram, from);
    }
    if (!this.#context.hasQuic) return this.#flows.deliver(newest, datagram);
    return this.#takeQuic(newest, datagram, from);
  }

  /** The connection that a datagram is of by its id, wherever it came from. */
  #groupOf(datagram: Uint8Array): FlowGroup | null {
    return this.#flows.quic.find(datagram) ??
      this.#flows.wireguard.find(datagram);
  }

  /** A datagram from an address with flows, on a listener that has QUIC. */
  #takeQuic(newest: Flow, datagram: Uint8Array, from: Deno.NetAddr): Sending {
    if (beginsWith(datagram, newest.shortId)) {
      return this.#flows.deliver(newest, datagram);
    }
    const { quic } = this.#flows;
    const group = quic.find(datagram);
    if (group === newest.group) {
      newest.shortId = quic.foundShort;
      return this.#flows.deliver(newest, datagram);
    }
    const { key } = newest;
    if (group !== null) {
      const flow = this.#flows.table.find(key, (one) => one.group === group);
      return flow === null
        ? this.#roam(group, datagram, { from, key })
        : this.#flows.deliver(flow, datagram);
    }
    return datagram.length >= MIN_INITIAL_BYTES && beginsConnection(datagram)
      ? this.#begin(datagram, from, key)
      : this.#flows.deliver(newest, datagram);
  }

  /** A datagram of a protocol of which each message may go elsewhere. */
  #takeMessage(
    newest: Flow,
    datagram: Uint8Array,
    from: Deno.NetAddr,
  ): Sending {
    const { key, protocol } = newest;
    const group = this.#flows.wireguard.find(datagram);
    if (group !== null) {
      const flow = this.#flows.table.find(key, (one) => one.group === group);
      return flow === null
        ? this.#roam(group, datagram, { from, key })
        : this.#flows.deliver(flow, datagram);
    }
    const decides = this.#context.decidesEach.has(protocol!) &&
      (protocol === "DNS" || isInitiation(datagram));
    if (!decides) return this.#flows.deliver(newest, datagram);
    const same = this.#sameWay(newest, datagram);
    return same === null
      ? this.#begin(datagram, from, key)
      : this.#flows.deliver(same, datagram);
  }

  /** The flow of an address that goes where a message has to go. */
  #sameWay({ key, ip: client }: Flow, datagram: Uint8Array): Flow | null {
    const choice = choiceFor(datagram, client, this.#context.router);
    if (choice === null) return null;
    return this.#flows.table.find(
      key,
      ({ phase, group }) =>
        phase !== "rejecting" && group.outcome?.choice === choice,
    );
  }

  /** A flow that is not known begins. */
  #begin(datagram: Uint8Array, from: Deno.NetAddr, key: string): Sending {
    const { shared: { deadlines }, detectTimeoutMs } = this.#context;
    if (this.#isRetired) return null;
    const repeated = this.#flows.repeated(datagram, from, key);
    if (repeated !== undefined) return repeated;
    if (this.#ports.isOwn(from)) return reportLoop(from, this.#context);
    const flow = this.#admit(from, { key, group: new FlowGroup() });
    if (flow === null) return null;
    if (this.#context.hasQuic) {
      this.#flows.quic.learnFromClient(datagram, flow.group);
    }
    const outcome = flow.look([datagram], null);
    if (outcome !== null) return this.#flows.decided(flow, outcome, [datagram]);
    flow.held.add(datagram);
    flow.deadline = deadlines.set(detectTimeoutMs, () => {
      const sending = this.#flows.look(flow, flow.held.all, "deadline");
      void sending?.catch(() => {});
    });
    return null;
  }

  /** A connection that is known goes on from another address. */
  #roam(
    group: FlowGroup,
    datagram: Uint8Array,
    { from, key }: { readonly from: Deno.NetAddr; readonly key: string },
  ): Sending {
    if (group.target === null || this.#ports.isOwn(from)) return null;
    const flow = this.#admit(from, { key, group });
    if (flow === null) return null;
    flow.follow();
    return this.#flows.decided(flow, group.outcome!, [datagram]);
  }

  #admit(from: Deno.NetAddr, options: FlowPlace): Flow | null {
    return admitFlow(from, options, {
      context: this.#context,
      flows: this.#flows,
    });
  }

  /** Ends flows as they become idle, sooner than they would. */
  drain(): void {
    this.#isRetired = true;
    for (const flow of this.#flows.table) {
      flow.deadline?.cancel();
      this.#flows.watchIdle(flow, DRAIN_IDLE_MS);
    }
  }

  /** Ends all flows now. */
  endAll(ending: FlowEnding): void {
    for (const flow of [...this.#flows.table]) this.#flows.end(flow, ending);
  }

  /** Ends one flow now. @returns Whether there is one of that number. */
  endOne(id: number, ending: FlowEnding): boolean {
    for (const flow of this.#flows.table) {
      if (flow.id !== id) continue;
      this.#flows.end(flow, ending);
      return true;
    }
    return false;
  }
}

/** Whether a packet has a short header with this id. @param id `null`: none. */
function beginsWith(packet: Uint8Array, id: Uint8Array | null): boolean {
  if (id === null || packet.length <= id.length || packet[0]! >= LONG_FORM) {
    return false;
  }
  for (let at = 0; at < id.length; at++) {
    if (packet[at + 1] !== id[at]) return false;
  }
  return true;
}

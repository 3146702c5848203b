/**
 * Which flow each datagram of a listener belongs to, or begins.
 *
 * @module
 */
import { addressKey } from "./address.ts";
import type { Flow } from "./flow.ts";
import { admitFlow, type FlowPlace, reportLoop } from "./flow_admission.ts";
import type { FlowContext } from "./flow_context.ts";
import { choiceFor } from "./flow_decision.ts";
import { FlowGroup } from "./flow_group.ts";
import type { FlowService, Sending } from "./flow_service.ts";
import type { OwnPorts } from "./own_ports.ts";
import { beginsConnection } from "./quic_ids.ts";
import { isInitiation } from "./wireguard_ids.ts";

/** The bit of a first byte that a long header of QUIC has. */
const LONG_FORM = 0x80;
/** Above it a datagram may begin a QUIC connection, whatever else is there. */
const MIN_INITIAL_BYTES = 1_200;

/** Sorts the datagrams of one socket into flows. */
export class FlowSorter {
  /** Whether it begins no new flow. */
  isRetired = false;
  readonly #flows: FlowService;
  readonly #ports: OwnPorts;
  #context: FlowContext;

  /** @param ports The ports of all sockets towards targets. */
  constructor(flows: FlowService, context: FlowContext, ports: OwnPorts) {
    this.#flows = flows;
    this.#context = context;
    this.#ports = ports;
  }

  /** Flows that begin from now on are served by another Plan. */
  follow(context: FlowContext): void {
    this.#context = context;
    this.isRetired = false;
  }

  /**
   * Takes the next datagram of the socket.
   *
   * @param datagram Valid until what is returned has settled.
   */
  take(datagram: Uint8Array, from: Deno.NetAddr): Sending {
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
    if (this.isRetired) return null;
    const repeated = this.#flows.refusals.repeated(datagram, from, key);
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

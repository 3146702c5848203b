/**
 * What becomes of the flows of a listener: they are decided, refused, or joined to
 * a target, and they end.
 *
 * @module
 */
import type { ForwardPlan } from "../config/plan.ts";
import type { Datagrams } from "../detect/detector.ts";
import { errorCode, errorText } from "../errors.ts";
import { TICK_MS } from "../net/deadlines.ts";
import { negotiationOf, rejectionOf } from "./answers.ts";
import type { Flow, FlowEnding } from "./flow.ts";
import { type FlowOutcome, takesNoVersion } from "./flow_decision.ts";
import type { FlowGroup } from "./flow_group.ts";
import { type OpenedPlace, placeOf } from "./flow_opener.ts";
import { FlowTable } from "./flow_table.ts";
import type { OwnPorts } from "./own_ports.ts";
import { QuicIds } from "./quic_ids.ts";
import { type Answer, Refusals, type Sending, sent } from "./refusals.ts";
import { TargetLink } from "./target_link.ts";
import { WireguardIds } from "./wireguard_ids.ts";

export type { Sending };

/** The flows of one socket. */
export class FlowService {
  readonly table: FlowTable<Flow> = new FlowTable<Flow>();
  /** Connections of QUIC, by their ids. */
  readonly quic: QuicIds<FlowGroup> = new QuicIds<FlowGroup>();
  /** Sessions of WireGuard, by their indexes. */
  readonly wireguard: WireguardIds<FlowGroup> = new WireguardIds<FlowGroup>();
  /** Who was refused a moment ago. */
  readonly refusals: Refusals;
  readonly #socket: Pick<Deno.DatagramConn, "send">;
  readonly #ports: OwnPorts;

  /**
   * @param socket What clients are sent to by.
   * @param ports The ports of all sockets towards targets.
   */
  constructor(socket: Pick<Deno.DatagramConn, "send">, ports: OwnPorts) {
    this.#socket = socket;
    this.refusals = new Refusals(socket);
    this.#ports = ports;
  }

  /** Takes the next datagram of a flow. */
  deliver(flow: Flow, datagram: Uint8Array): Sending {
    const { deadlines } = flow.context.shared;
    flow.lastTick = deadlines.tick;
    switch (flow.phase) {
      case "forwarding":
        flow.bytesUp += datagram.length;
        if (flow.standing === "answered") this.#raise(flow, "established");
        return flow.link!.send(datagram);
      case "peeking":
        flow.held.add(datagram);
        return this.look(
          flow,
          flow.held.all,
          flow.held.isFull ? "full" : null,
        );
      default:
        flow.held.add(datagram);
        return null;
    }
  }

  #raise(flow: Flow, to: "answered" | "established"): void {
    flow.standing = to;
    this.table.raise(flow, to);
  }

  /** Looks at the first datagrams of a flow. */
  look(
    flow: Flow,
    datagrams: Datagrams,
    end: "full" | "deadline" | null,
  ): Sending {
    const outcome = flow.look(datagrams, end);
    return outcome === null ? null : this.decided(flow, outcome, datagrams);
  }

  /** It is known what a flow is: does what its rule says. */
  decided(flow: Flow, outcome: FlowOutcome, datagrams: Datagrams): Sending {
    flow.deadline?.cancel();
    flow.deadline = null;
    const { choice } = outcome;
    if (takesNoVersion(outcome)) {
      const answer = negotiationOf(datagrams[0]!);
      if (answer !== null) return this.#refuse(flow, datagrams, answer);
    }
    if (choice === null) return this.#refuse(flow, datagrams, null);
    if (choice.route.action === "FORWARD") {
      return this.#open(flow, choice.route, datagrams);
    }
    const { with: how } = choice.route;
    const answer = rejectionOf(how, outcome.protocol, datagrams);
    return this.#refuse(flow, datagrams, answer);
  }

  /** Says what there is to say, and lets the flow go. */
  #refuse(flow: Flow, datagrams: Datagrams, answer: Answer | null): Sending {
    const { choice, otherwise } = flow.group.outcome!;
    const sending = this.refusals.say(flow, datagrams[0]!, answer);
    const rejected = choice?.route.action === "REJECT";
    if (rejected) flow.phase = "rejecting";
    this.end(flow, {
      reason: rejected ? "rejected" : otherwise,
      ...(answer === null ? {} : { with: answer.text }),
    });
    return sending;
  }

  #open(flow: Flow, route: ForwardPlan, datagrams: Datagrams): Sending {
    flow.phase = "dialling";
    const place = placeOf(flow, route);
    if (!(place instanceof Promise)) {
      return this.#opened(flow, route, place, datagrams);
    }
    if (datagrams !== flow.held.all) {
      for (const datagram of datagrams) flow.held.add(datagram);
    }
    const { deadlines } = flow.context.shared;
    const error = `Cannot reach ${flow.group.targetText}: timed out`;
    flow.deadline = deadlines.set(
      route.connectTimeoutMs,
      () => this.end(flow, { reason: "dial_failed", error }),
    );
    void place.then(async (found) => {
      if (flow.isEnded) return;
      flow.deadline?.cancel();
      flow.deadline = null;
      await this.#opened(flow, route, found, flow.held.all);
    });
    return null;
  }

  #opened(
    flow: Flow,
    route: ForwardPlan,
    place: OpenedPlace,
    datagrams: Datagrams,
  ): Sending {
    const { group, context: { shared, targets } } = flow;
    const target = group.targetText ?? "";
    if ("error" in place) {
      this.end(flow, { reason: "dial_failed", error: place.error });
      return null;
    }
    let link: TargetLink;
    try {
      link = new TargetLink({
        target: place.address,
        buffers: shared.buffers,
        changesPort: flow.protocol === "TFTP",
        onDatagram: (datagram) => this.#fromTarget(flow, datagram),
      });
    } catch (error) {
      targets.flows.told({ target, ms: flow.dialMs, code: errorCode(error) });
      const text = `Cannot open a socket to ${target}: ${errorText(error)}`;
      this.end(flow, { reason: "dial_failed", error: text });
      return null;
    }
    flow.opened(link);
    this.#ports.add(link);
    targets.flows.told({ target, ms: flow.dialMs });
    if (group.pick !== null) group.targets!.count(group.pick, 1);
    this.watchIdle(flow, route.idleTimeoutMs);
    void link.run();
    return this.#sendHeld(flow, datagrams);
  }

  /** Sends what was held, in order, and then what has come meanwhile. */
  async #sendHeld(flow: Flow, datagrams: Datagrams): Promise<void> {
    const { held } = flow;
    if (datagrams !== held.all) {
      flow.bytesUp += datagrams[0]!.length;
      return await sent(flow.link!.send(datagrams[0]!));
    }
    // What comes now is held behind.
    flow.phase = "dialling";
    for (let next = held.shift(); next !== undefined; next = held.shift()) {
      if (flow.isEnded) return;
      flow.bytesUp += next.length;
      await sent(flow.link!.send(next));
    }
    flow.phase = "forwarding";
  }

  #fromTarget(flow: Flow, datagram: Uint8Array): Promise<unknown> {
    flow.bytesDown += datagram.length;
    flow.lastTick = flow.context.shared.deadlines.tick;
    flow.group.watch?.heard(flow.lastTick);
    if (flow.standing === "unanswered") this.#raise(flow, "answered");
    if (flow.protocol === "QUIC") {
      this.quic.learnFromServer(datagram, flow.group);
    } else if (flow.protocol === "WIREGUARD") {
      this.wireguard.learnFromServer(datagram, flow.group);
    }
    return this.#socket.send(datagram, flow.client);
  }

  /** Ends the flow once nothing has come for so long. @param limitMs 0: never. */
  watchIdle(flow: Flow, limitMs: number, afterMs = limitMs): void {
    if (limitMs === 0) return;
    const { deadlines } = flow.context.shared;
    flow.deadline = deadlines.set(afterMs, () => {
      const idleMs = (deadlines.tick - flow.lastTick) * TICK_MS;
      if (idleMs >= limitMs) this.end(flow, { reason: "idle_timeout" });
      else this.watchIdle(flow, limitMs, limitMs - idleMs);
    });
  }

  /** Ends a flow now. Idempotent. */
  end(flow: Flow, ending: FlowEnding): void {
    if (flow.isEnded) return;
    const { shared: { observer, onReport, leave } } = flow.context;
    const { group, link } = flow;
    flow.isEnded = true;
    const report = flow.report(ending);
    flow.deadline?.cancel();
    if (link !== null) {
      this.#ports.remove(link);
      link.close();
      if (group.pick !== null) group.targets!.count(group.pick, -1);
    }
    this.#forget(flow);
    if (group.flows === 0) group.watch?.over(ending.reason === "idle_timeout");
    flow.admission.leave();
    observer.closed?.(report, flow);
    onReport(report);
    leave(flow);
  }

  /** Takes a flow out of the tables. */
  #forget(flow: Flow): void {
    this.table.remove(flow);
    if (--flow.group.flows > 0) return;
    this.quic.forget(flow.group);
    this.wireguard.forget(flow.group);
  }
}

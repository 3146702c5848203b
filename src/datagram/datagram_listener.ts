/**
 * One listener for datagrams: its socket is read, and its flows end.
 *
 * @module
 */
import { closeQuietly } from "../net/close_quietly.ts";
import type { BoundListener } from "../proxy/bind.ts";
import type { FlowEnding } from "./flow.ts";
import type { FlowContext } from "./flow_context.ts";
import { FlowService, type Sending } from "./flow_service.ts";
import { FlowSorter } from "./flow_sorter.ts";
import { tellLost, tellUnread } from "./listener_faults.ts";
import type { OwnPorts } from "./own_ports.ts";

/** Pause after a socket could not be read, in milliseconds. */
const RETRY_MS = 100;
/** While a server drains, flows end that are idle for so long, in ms. */
const DRAIN_IDLE_MS = 2_000;
/** Serves the datagrams of one socket. */
export class DatagramListener {
  readonly bound: BoundListener;
  readonly #socket: Deno.DatagramConn;
  #context: FlowContext;
  readonly #flows: FlowService;
  readonly #sorter: FlowSorter;
  #isClosed = false;

  /** @param ports The ports of all sockets towards targets. */
  constructor(
    socket: Deno.DatagramConn,
    context: FlowContext,
    ports: OwnPorts,
  ) {
    this.#socket = socket;
    this.#context = context;
    this.#flows = new FlowService(socket, ports);
    this.#sorter = new FlowSorter(this.#flows, context, ports);
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
    return this.#sorter.isRetired && this.flows === 0;
  }

  /** Flows that begin from now on are served by another Plan. */
  follow(context: FlowContext): void {
    this.#context = context;
    this.#sorter.follow(context);
  }

  /** Takes no new flow; those that are open go on. */
  retire(): void {
    this.#sorter.isRetired = true;
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

  /** As {@linkcode FlowSorter.take}: whatever a datagram leads to, the next one is read. */
  #safely(datagram: Uint8Array, from: Deno.NetAddr): Sending {
    try {
      return this.#sorter.take(datagram, from);
    } catch (error) {
      tellLost(this.#context, from, error);
      return null;
    }
  }

  async #failed(error: unknown): Promise<void> {
    tellUnread(this.#context, error, RETRY_MS);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }

  /** Ends flows as they become idle, sooner than they would. */
  drain(): void {
    this.retire();
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

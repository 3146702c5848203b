/** A real DNS server whose answers change when it is started again. */
import { startDaemon } from "./daemon.ts";
import { freePorts } from "./free_ports.ts";

/** An SRV record: a name of `.test` and where it leads. */
export interface DnsmasqRecord {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly priority?: number;
  readonly weight?: number;
}

/** dnsmasq for the service `_app._tcp.svc.test`, with a TTL of a second. */
export class Dnsmasq implements AsyncDisposable {
  readonly port: number = freePorts(1)[0]!;
  #running: AsyncDisposable | null = null;

  /** The resolver, as the config spells it. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts it, or again with other answers. @param more Options of dnsmasq. */
  async answer(
    records: readonly DnsmasqRecord[],
    more: readonly string[] = [],
  ): Promise<void> {
    await this.stop();
    this.#running = await startDaemon({
      program: "dnsmasq",
      args: [...this.#args(records), ...more],
      ports: [this.port],
    });
  }

  /** DNS is down. */
  async stop(): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]();
    this.#running = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #args(records: readonly DnsmasqRecord[]): string[] {
    return [
      "--no-daemon",
      "--conf-file=/dev/null",
      "--pid-file",
      "--no-resolv",
      "--no-hosts",
      "--bind-interfaces",
      "--listen-address=127.0.0.1",
      `--port=${this.port}`,
      // As who the test is: nobody else needs to be told of.
      "--user=",
      "--local=/test/",
      "--local-ttl=1",
      ...records.flatMap(({ name, address, port, priority, weight }) => [
        `--srv-host=_app._tcp.svc.test,${name}.test,${port},${priority ?? 0},${
          weight ?? 1
        }`,
        `--host-record=${name}.test,${address}`,
      ]),
    ];
  }
}

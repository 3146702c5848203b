/**
 * The targets of `deno task demo`, inside this process: nothing but Deno has to
 * be installed to see every kind of protocol go through one port.
 *
 * @module
 */

import { ALPHA_CERTIFICATE, BETA_CERTIFICATE } from "./certificates.ts";
import { converseGreeting } from "./greeting_service.ts";
import { converseSsh } from "./ssh_service.ts";
import { startTcpService } from "./tcp_service.ts";
import { startHttpSite, startTlsSite } from "./web_services.ts";

/** The running services; each address is `127.0.0.1:port`. */
export interface DemoServices {
  /** TLS site `alpha.localhost`, HTTP/1.1 and h2. */
  readonly alpha: string;
  /** TLS site `beta.localhost`, HTTP/1.1 and h2. */
  readonly beta: string;
  /** Plain HTTP site, HTTP/1.1 and h2c with prior knowledge. */
  readonly http: string;
  /** An SSH banner, then an echo. */
  readonly ssh: string;
  /** A service whose server speaks first. */
  readonly greeting: string;
  /** Stops them all, drops their clients and waits until all is released. */
  close(): Promise<void>;
}

/**
 * Starts the services on free ports of 127.0.0.1. They print nothing and need
 * `--allow-net=127.0.0.1` only.
 *
 * @returns The services, already listening.
 */
export function startDemoServices(): DemoServices {
  const alpha = startTlsSite(ALPHA_CERTIFICATE);
  const beta = startTlsSite(BETA_CERTIFICATE);
  const http = startHttpSite();
  const ssh = startTcpService(converseSsh);
  const greeting = startTcpService(converseGreeting);
  const all = [alpha, beta, http, ssh, greeting];
  return {
    alpha: alpha.address,
    beta: beta.address,
    http: http.address,
    ssh: ssh.address,
    greeting: greeting.address,
    async close(): Promise<void> {
      await Promise.all(all.map((service) => service.close()));
    },
  };
}

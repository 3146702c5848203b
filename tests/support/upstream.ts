/** A server in this process whose connections go to an upstream. */
import { ask } from "./load.ts";
import { oneServer, serveConfig, type TestServer } from "./passthru.ts";
import { closedPort } from "./tcp.ts";

/** A server whose catch-all, named `site`, forwards to these targets. */
export function balanced(
  targets: readonly unknown[],
  more: object = {},
): TestServer {
  const action = { action: "FORWARD", to_addr: targets, name: "site", ...more };
  return serveConfig(oneServer({ CATCHALL: { CATCHALL: action } }));
}

/** An address on which nobody listens. */
export function closedAddress(): string {
  return `127.0.0.1:${closedPort()}`;
}

/** The names that answer so many questions, one after the other. */
export async function asked(port: number, times: number): Promise<string[]> {
  const names: string[] = [];
  for (let i = 0; i < times; i++) names.push(await ask(port, `ask ${i}`));
  return names;
}

/** What an imported config decides, without a network. */
import { loadConfig } from "../../src/config/load.ts";
import { listenerContext } from "../../src/explain/context.ts";
import { explainFlow } from "../../src/explain/explain_flow.ts";
import { ALL_DETECTORS } from "./all_detectors.ts";
import { hello } from "./explain.ts";
import type { ImportedText } from "./imports.ts";
import { bytesOf } from "./tcp.ts";

/** A client: a hello, or what it sends; nothing is a silent one. */
export type Client =
  & { readonly from?: string; readonly at?: number }
  & (
    | { readonly sni: string | null; readonly alpn?: readonly string[] }
    | { readonly text: string }
    | { readonly bytes: Uint8Array }
  );

/**
 * For each client the name of the host of its target (`one` of `one.test:1`), or
 * `reject`.
 *
 * @param server The server's address. Default: the first one.
 */
export function decisions(
  { text }: Pick<ImportedText, "text">,
  clients: readonly Client[],
  server?: string,
): string[] {
  const loaded = loadConfig("out", bytesOf(text), ALL_DETECTORS);
  const plan = loaded.plan!.listeners.find(({ address }) =>
    server === undefined || address.text === server
  )!;
  const context = listenerContext(plan, loaded.registry);
  return clients.map((client) => {
    const explained = explainFlow({
      id: "client",
      transport: plan.transport ?? "tcp",
      ...(client.from === undefined ? {} : { from: client.from }),
      ...(client.at === undefined ? {} : { acceptedAt: client.at }),
      segments: [bytesFor(client)],
      end: "open",
      notes: [],
    }, context);
    const route = explained.decision?.choice?.route;
    return route?.action === "FORWARD"
      ? /"(?:hostname|text)":"([\w-]+)\./.exec(JSON.stringify(route))?.[1] ??
        JSON.stringify(route)
      : "reject";
  });
}

function bytesFor(client: Client): Uint8Array {
  if ("sni" in client) {
    return hello(client.sni, client.alpn ? [...client.alpn] : null);
  }
  return "text" in client ? bytesOf(client.text) : client.bytes;
}

/** Whether the facts of a connection are those that the dissectors saw. */
import type { Facts } from "../../src/detect/detector.ts";
import { normalizeHost } from "../../src/detect/host.ts";
import type { Case } from "./corpus.ts";

/** A fact that is compared, and whether it is exact. */
export type Comparison = readonly [fact: string, isExact: boolean];

/** Compares the facts of a flow that was named as it is labelled. */
export function compareFacts(
  { expect, tags }: Case,
  facts: Facts,
): Comparison[] {
  switch (expect.protocol) {
    case "TLS": {
      const alpn = (expect.alpn ?? []).filter((id) => !isGrease(id));
      const found: Comparison[] = [
        ["sni", facts.sni === hostOf(expect.sni)],
        ["alpn", String(facts.alpn ?? []) === String(alpn)],
      ];
      // `unknown`: no dissector could read it.
      return found.filter(([fact]) =>
        expect[fact === "sni" ? "sni_from" : "alpn_from"] !== "unknown"
      );
    }
    case "HTTP1": {
      const [path] = (expect.http_uri ?? "").split("?");
      const found: Comparison[] = [
        ["method", facts.method === expect.http_method],
      ];
      if (path!.startsWith("/")) found.push(["path", facts.path === path]);
      // tshark shows the Host line. The target of CONNECT wins over it, and is
      // another host in these, or the only one.
      if (!tags.includes("connect")) {
        found.push(["host", facts.host === hostOf(expect.http_host)]);
      }
      return found;
    }
    case "SSH": {
      const [banner] = (expect.ssh_banner ?? "").split(" ");
      const found = `SSH-${facts.version}-${facts.software}`;
      return [["software", found === banner]];
    }
    default:
      return [];
  }
}

function hostOf(text: string | null | undefined): string | undefined {
  return text ? normalizeHost(text) : undefined;
}

/** Whether an ALPN protocol is GREASE (RFC 8701 §2): two bytes, `?a` twice. */
function isGrease(id: string): boolean {
  return id.length === 2 && id[0] === id[1] &&
    (id.charCodeAt(0) & 0x0f) === 0x0a;
}

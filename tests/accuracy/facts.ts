/** Whether the facts of a connection are those that the dissectors saw. */
import type { Facts } from "../../src/detect/detector.ts";
import { normalizeHost } from "../../src/detect/host.ts";
import { normalPath } from "../../src/detect/protocols/http_path.ts";
import { versionName } from "../../src/detect/quic/version.ts";
import type { Case, Expectation } from "./corpus.ts";

/** A fact that is compared, and whether it is exact. */
export type Comparison = readonly [fact: string, isExact: boolean];

/** Compares the facts of a flow that was named as it is labelled. */
export function compareFacts(flow: Case, facts: Facts): Comparison[] {
  const { protocol } = flow.expect;
  if (protocol === "TLS" || protocol === "DTLS") {
    return compareTls(flow.expect, facts);
  }
  if (protocol === "QUIC") {
    return [...compareTls(flow.expect, facts), ...compareQuic(flow, facts)];
  }
  if (protocol === "DNS") return compareDns(flow.expect, facts);
  if (protocol === "OPENVPN") return compareOpcode(flow.expect, facts);
  if (protocol === "HTTP1") return compareHttp(flow, facts);
  return protocol === "SSH" ? compareSsh(flow.expect, facts) : [];
}

/** Of what no dissector could read (`unknown`, or no field), nothing is said. */
function compareTls(expect: Expectation, facts: Facts): Comparison[] {
  const found: Comparison[] = [];
  if (expect.sni !== undefined && expect.sni_from !== "unknown") {
    found.push(["sni", facts.sni === hostOf(expect.sni)]);
  }
  if (expect.alpn !== undefined && expect.alpn_from !== "unknown") {
    const alpn = expect.alpn.filter((id) => !isGrease(id));
    found.push(["alpn", String(facts.alpn ?? []) === String(alpn)]);
  }
  return found;
}

function compareQuic({ expect }: Case, facts: Facts): Comparison[] {
  const { quic_version: wanted } = expect;
  if (!wanted) return [];
  return [["quic_version", facts.quic_version === versionName(Number(wanted))]];
}

function compareDns({ dns_qname }: Expectation, facts: Facts): Comparison[] {
  return dns_qname ? [["name", facts.name === dns_qname.toLowerCase()]] : [];
}

function compareOpcode(
  { openvpn_opcode }: Expectation,
  facts: Facts,
): Comparison[] {
  return openvpn_opcode
    ? [["opcode", facts.opcode === Number(openvpn_opcode)]]
    : [];
}

function compareHttp({ expect, tags }: Case, facts: Facts): Comparison[] {
  const found: Comparison[] = [];
  const { http_method, http_uri, http_host } = expect;
  if (http_method !== undefined) {
    found.push(["method", facts.method === http_method]);
  }
  const [path] = (http_uri ?? "").split("?");
  if (path!.startsWith("/")) {
    const normal = normalPath(path!);
    found.push(["path", normal.ok && facts.path === normal.path]);
  }
  // tshark shows the Host line. The target of CONNECT wins over it, and is
  // another host in these, or the only one.
  if (http_host !== undefined && !tags.includes("connect")) {
    found.push(["host", facts.host === hostOf(http_host)]);
  }
  return found;
}

function compareSsh({ ssh_banner }: Expectation, facts: Facts): Comparison[] {
  if (!ssh_banner) return [];
  const found = `SSH-${facts.version}-${facts.software}`;
  return [["software", found === ssh_banner.split(" ")[0]]];
}

function hostOf(text: string | null): string | undefined {
  return text === null || text === "" ? undefined : normalizeHost(text);
}

/** Whether an ALPN protocol is GREASE (RFC 8701 §2): two bytes, `?a` twice. */
function isGrease(id: string): boolean {
  return id.length === 2 && id[0] === id[1] &&
    (id.charCodeAt(0) & 0x0f) === 0x0a;
}

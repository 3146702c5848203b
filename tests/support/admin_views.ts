/** Connections, and what explains them, as the admin API has them. */
import type { ConnectionDetail, ConnectionView } from "../../src/admin/api.ts";

/** A connection to a site behind TLS that is open, but for what is given. */
export function connectionView(
  given: Partial<ConnectionView> & Pick<ConnectionView, "id">,
): ConnectionView {
  return {
    phase: given.reason ? "closed" : "forwarding",
    accepted_at: Date.now(),
    client: `192.0.2.${given.id % 250}:${40000 + given.id % 20000}`,
    listener: "0.0.0.0:443",
    protocol: "TLS",
    facts: {
      sni: "www.example.com",
      alpn: ["h2", "http/1.1"],
      version: "1.3",
    },
    rule: "TLS/SNI www.example.com",
    target: "127.0.0.1:8443",
    bytes_up: 0,
    bytes_down: 0,
    detect_seconds: 0.0012,
    dial_seconds: 0.0007,
    duration_seconds: 0,
    reason: null,
    generation: 1,
    worker: 0,
    ...given,
  };
}

/** Why it went where it went. */
export function connectionDetail(connection: ConnectionView): ConnectionDetail {
  const { protocol, rule, target, facts } = connection;
  if (protocol === null) return { connection, explanation: null };
  return {
    connection,
    explanation: {
      bytes: 517,
      verdicts: [
        { detector: "HTTP", verdict: "no", offset: 0, byte: "0x16" },
        {
          detector: protocol,
          verdict: "match",
          offset: 516,
          byte: "0x00",
          facts,
        },
        { detector: "SSH", verdict: "no", offset: 0, byte: "0x16" },
        {
          detector: "MINECRAFT",
          verdict: "malformed",
          offset: 3,
          byte: "0x02",
          why: "packet id 2, not 0",
        },
      ],
      lost: [
        {
          rule: `${protocol}/SNI *.internal.example FROM 10.0.0.0/8`,
          word: "FROM",
          wanted: "10.0.0.0/8",
          found: connection.client.replace(/:\d+$/, ""),
        },
        { rule: `${protocol}/CATCHALL` },
      ],
      notes: ["The hello came in one packet of 517 bytes"],
      text: [
        `${connection.id}: 517 bytes`,
        "  DETECTOR   VERDICT    DECIDED AT  FACTS OR WHY",
        "  HTTP       no         0 (0x16)",
        `  ${protocol.padEnd(9)}  match      516 (0x00)  ${factsText(facts)}`,
        "  SSH        no         0 (0x16)",
        "  MINECRAFT  malformed  3 (0x02)    packet id 2, not 0",
        `  protocol   ${protocol}`,
        `  rule       ${rule}: the most specific rule that fits`,
        `  target     ${target}`,
        "",
      ].join("\n"),
    },
  };
}

function factsText(facts: ConnectionView["facts"]): string {
  return Object.entries(facts).map((fact) => fact.join("=")).join(" ");
}

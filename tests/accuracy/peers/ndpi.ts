/** nDPI's `ndpiReader`, on a capture file of what clients sent. */
import { packetBytes } from "../../support/packet_writer.ts";
import { pcap, type TestPacket } from "../../support/pcap_writer.ts";
import { runWell } from "../../support/programs.ts";
import { type Answer, NOTHING } from "./destinations.ts";
import type { Claims } from "./peer.ts";

/** Longest payload of a segment on an Ethernet. */
const MAX_SEGMENT = 1_400;
const CLIENT_PORT = 40_000;

/**
 * Rows by nDPI's names, where they are not the same but for case. What it calls
 * after a port, a program of RPC or a service is what that is spoken over.
 */
const ROWS: Readonly<Record<string, string>> = {
  SMBV1: "SMB",
  SMBV23: "SMB",
  NETBIOS: "SMB",
  JABBER: "XMPP",
  POSTGRESQL: "POSTGRES",
  MSSQLTDS: "MSSQL",
  IEC60870: "IEC104",
  HTTPCONNECT: "HTTP",
  HTTPPROXY: "HTTP",
  WEBSOCKET: "HTTP",
  SOAP: "HTTP",
  YOUTUBE: "HTTP",
  USENET: "NNTP",
  IMAPS: "TLS",
  POPS: "TLS",
  SMTPS: "TLS",
  LLMNR: "DNS",
  MINING: "ETHEREUM",
  NFS: "RPC",
  WORLDOFWARCRAFT: "WOW",
};

/** Its list of protocols for TCP, as far as a row is one of them. */
export const NDPI_CLAIMS: Claims = {
  protocols: [
    ...["TLS", "HTTP", "SSH", "SOCKS", "RDP", "POSTGRES", "MQTT"],
    ...["REDIS", "XMPP", "OPENVPN", "DNS", "RSYNC", "IRC", "MEMCACHED"],
    ...["TELNET", "RTMP", "RTSP", "SIP", "MONGODB", "MSSQL", "LDAP", "SMB"],
    ...["AMQP", "GIT", "TINC", "CASSANDRA", "ORACLE", "BGP", "MODBUS"],
    ...["IEC104", "SYSLOG", "ZABBIX", "BITTORRENT", "KERBEROS", "DNP3"],
    ...["S7COMM", "AJP", "DRDA", "Z3950", "ZEROMQ", "NATS", "DCERPC"],
    ...["ETHERNETIP", "SMPP", "H323", "PPTP", "CORBA", "GNUTELLA", "VNC"],
    ...["FIX", "DIAMETER", "CITRIX", "WHOISDAS", "TEAMVIEWER", "STARCRAFT"],
    ...["ETHEREUM", "SKINNY", "RPC", "WOW"],
  ],
  sni: true,
  host: true,
};

/** What nDPI makes of flows, by their order. */
export async function askNdpi(
  flows: readonly (readonly Uint8Array[])[],
  portOf: (index: number) => number,
): Promise<Answer[]> {
  const folder = await Deno.makeTempDir();
  try {
    const packets = flows.flatMap((segments, index) =>
      packetsOf(segments, index, portOf(index))
    );
    await Deno.writeFile(`${folder}/flows.pcap`, pcap(packets));
    // -d: no guesses by the port and the address.
    const args = ["-i", `${folder}/flows.pcap`, "-C", `${folder}/flows.csv`];
    await runWell("ndpiReader", [...args, "-q", "-d"], { limitMs: 120_000 });
    const answers = readCsv(await Deno.readTextFile(`${folder}/flows.csv`));
    return flows.map((_, index) => answers.get(clientOf(index)) ?? NOTHING);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A connection from its handshake to what the client sent. */
function packetsOf(
  segments: readonly Uint8Array[],
  index: number,
  port: number,
): TestPacket[] {
  const client = { from: clientOf(index), fromPort: CLIENT_PORT };
  const server = { from: serverOf(index), fromPort: port };
  const out = { ...client, to: server.from, toPort: port };
  const back = { ...server, to: client.from, toPort: CLIENT_PORT };
  const bytes = [
    packetBytes({ ...out, seq: 0, flags: "S" }),
    packetBytes({ ...back, seq: 0, ack: 1, flags: "SA" }),
    packetBytes({ ...out, seq: 1, ack: 1 }),
  ];
  let seq = 1;
  for (const segment of segments) {
    for (let at = 0; at < segment.length; at += MAX_SEGMENT) {
      const payload = segment.subarray(at, at + MAX_SEGMENT);
      bytes.push(packetBytes({ ...out, seq, ack: 1, payload }));
      seq += payload.length;
      bytes.push(packetBytes({ ...back, seq: 1, ack: seq }));
    }
  }
  return bytes.map((bytes, packet) => ({ bytes, stamp: [1 + index, packet] }));
}

function clientOf(index: number): string {
  return `10.0.${index >> 8}.${index & 0xff}`;
}

/** One a flow: nDPI remembers what it has found at an address. */
function serverOf(index: number): string {
  return `10.128.${index >> 8}.${index & 0xff}`;
}

/** The answers by the clients' addresses. */
function readCsv(text: string): Map<string, Answer> {
  const [head = "", ...lines] = text.trim().split("\n");
  const columns = head.replace(/^#/, "").split(",");
  const column = (name: string) => {
    const index = columns.indexOf(name);
    if (index < 0) throw new Error(`ndpiReader wrote no column "${name}"`);
    return index;
  };
  const [from, proto, host] = ["src_ip", "ndpi_proto", "server_name_sni"]
    .map(column);
  // A name may hold what ends a line; it is not escaped.
  const rows = lines.map((line) => line.split(","))
    .filter((cells) => cells.length > Math.max(from!, proto!));
  return new Map(rows.map((cells) => {
    return [cells[from!]!, {
      protocol: rowOf(cells[proto!]!),
      host: cells[host!]?.toLowerCase() || null,
    }];
  }));
}

/** `TLS.Google` is TLS, with the service that nDPI takes it for. */
function rowOf(proto: string): string | null {
  const [first = ""] = proto.split(".");
  const name = first.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
  return name === "UNKNOWN" ? null : ROWS[name] ?? name;
}

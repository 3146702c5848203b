/** sslh with all its builtin probes for TCP. */
import { Destinations } from "./destinations.ts";
import { type Multiplexer, type Setup, WAIT_S } from "./peer.ts";

/** The probes of 1.20 in the order in which it asks them, and their rows. */
const PROBES: Readonly<Record<string, string>> = {
  ssh: "SSH",
  openvpn: "OPENVPN",
  tinc: "TINC",
  xmpp: "XMPP",
  http: "HTTP",
  tls: "TLS",
  adb: "ADB",
  socks5: "SOCKS5",
};

/**
 * One process a lane: its list of protocols is the same for all its ports. It
 * waits for a whole hello only where `anyprot` is the last of the list, and
 * nothing like it comes before: an entry `timeout` matches at once as well.
 */
export const SSLH: Multiplexer = {
  name: "sslh",
  program: "sslh-select",
  versionArgs: ["-V"],
  claims: { protocols: Object.values(PROBES), sni: true },
  run: (setup) => ({
    files: Object.fromEntries(
      setup.lanes.map((_, index) => [`${index}.cfg`, config(setup, index)]),
    ),
    commands: setup.lanes.map((_, index) => [
      "sslh-select",
      "-f",
      `-F${setup.folder}/${index}.cfg`,
    ]),
  }),
};

function config({ destinations, lanes, snis }: Setup, index: number): string {
  const { port, to } = lanes[index]!;
  const entry = (probe: string, address: string, more = "") =>
    `{ name: "${probe}"; host: "${address}"; port: "${to}"; ${more}log_level: 0; }`;
  const entries = Object.entries(PROBES).flatMap(([probe, row]) => [
    ...probe !== "tls" ? [] : snis.map((sni) =>
      entry(
        probe,
        destinations.address(row, sni),
        `sni_hostnames: [ "${sni}" ]; `,
      )
    ),
    entry(probe, destinations.address(row)),
  ]);
  return `
foreground: true;
timeout: ${WAIT_S};
numeric: true;
listen: ( { host: "127.0.0.1"; port: "${port}"; } );
protocols: (
  ${entries.join(",\n  ")},
  ${entry("anyprot", Destinations.REST)}
);
on-timeout: "anyprot";
`;
}

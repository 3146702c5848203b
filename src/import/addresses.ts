/**
 * Addresses of other programs as those of the config language.
 *
 * @module
 */
import { ipBytes } from "../address/ip_address.ts";
import { quoted } from "./origin.ts";

/** Ports of the services that such configs name, of IANA's registry. */
const SERVICES: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  daytime: 13,
  echo: 7,
  discard: 9,
  http: 80,
  www: 80,
  kerberos: 88,
  pop3: 110,
  ntp: 123,
  imap: 143,
  imap2: 143,
  snmp: 161,
  ldap: 389,
  https: 443,
  "microsoft-ds": 445,
  submissions: 465,
  syslog: 514,
  submission: 587,
  tinc: 655,
  ldaps: 636,
  rsync: 873,
  imaps: 993,
  pop3s: 995,
  socks: 1080,
  openvpn: 1194,
  "ms-sql-s": 1433,
  mqtt: 1883,
  radius: 1812,
  mysql: 3306,
  "ms-wbt-server": 3389,
  sip: 5060,
  "xmpp-client": 5222,
  "xmpp-server": 5269,
  postgresql: 5432,
  amqp: 5672,
  redis: 6379,
  "http-alt": 8080,
  "https-alt": 8443,
  "secure-mqtt": 8883,
  git: 9418,
};

/** An address, or what is wrong with it. */
export type JoinedAddress =
  | { readonly ok: true; readonly address: string; readonly isName: boolean }
  | { readonly ok: false; readonly problem: string };

/**
 * Joins a host and a port to an address.
 *
 * @param host A name or an IP address, which may stand in brackets; `""` or
 * `"*"`: all interfaces.
 * @param port A number or the name of a service.
 */
export function joinAddress(host: string, port: string): JoinedAddress {
  const number = portNumber(port);
  if (number === null) {
    return {
      ok: false,
      problem: `Unknown port ${
        quoted(port)
      }: expected a number from 1 to 65535`,
    };
  }
  const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
  if (bare === "" || bare === "*") {
    return { ok: true, address: `:${number}`, isName: false };
  }
  const bytes = ipBytes(bare);
  if (bytes !== null) {
    const shown = bytes.length === 16 ? `[${bare}]` : bare;
    return { ok: true, address: `${shown}:${number}`, isName: false };
  }
  if (!/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?$/.test(bare)) {
    return {
      ok: false,
      problem: `Invalid host ${quoted(host)}: expected a name or an IP address`,
    };
  }
  return { ok: true, address: `${bare}:${number}`, isName: true };
}

/** The number of a port, or of the service of that name; `null`: there is none. */
function portNumber(port: string): number | null {
  if (/^\d{1,5}$/.test(port)) {
    const number = Number(port);
    return number >= 1 && number <= 65535 ? number : null;
  }
  return Object.hasOwn(SERVICES, port) ? SERVICES[port]! : null;
}

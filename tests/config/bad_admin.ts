/** Configs whose admin address is wrong. */
import type { BadConfig } from "./bad_configs.ts";

/** A good config with these fields of `admin`. */
function admin(fields: string, { listener = ":443", to = "" } = {}): string {
  const action = to === ""
    ? '{ "action": "REJECT" }'
    : `{ "action": "FORWARD", "to_addr": ${to} }`;
  return `{ "version": "v1.0.0",
"admin": ${fields},
"servers": { "${listener}": { "CATCHALL": { "CATCHALL": ${action} } } } }`;
}

const TOKEN =
  'Invalid value of "token": a token does not belong in the config, expected "file:PATH", the file that holds it';
const TOKEN_PATH =
  'expected the path of a file such as "file:/run/secrets/passthru"';
const NO_ADDRESS =
  'expected an address such as "127.0.0.1:9901", "[::1]:9901" or "0.0.0.0:9901"';

/** A warning about an address that others reach. */
function open(address: string): string {
  return `2:22: warning: Admin address "${address}" is not on loopback, and there is no "token": other machines have access to /healthz and /readyz only`;
}

/** All of them. */
export const BAD_ADMIN: readonly BadConfig[] = [
  {
    name: "admin as an address",
    text: admin('"127.0.0.1:9901"'),
    expect: [
      '2:10: Invalid value of "admin": found "127.0.0.1:9901", expected an object such as { "listen": "127.0.0.1:9901" }',
    ],
  },
  {
    name: "admin without an address",
    text: admin("{}"),
    expect: [
      '2:10: Missing field "listen" of "admin": expected a field such as "listen": "127.0.0.1:9901"',
    ],
  },
  {
    name: "unknown field of admin",
    text: admin('{ "listen": "127.0.0.1:9901", "tokn": "file:x" }'),
    expect: [
      '2:40: Unknown field "tokn": expected listen, token or hosts (did you mean "token"?)',
    ],
  },
  {
    name: "admin at a number",
    text: admin('{ "listen": 9901 }'),
    expect: [
      '2:22: Invalid value of "listen": found 9901, expected an address such as "127.0.0.1:9901"',
    ],
  },
  {
    name: "admin at only a port",
    text: admin('{ "listen": "9901" }'),
    expect: [
      `2:22: Invalid admin address "9901": it is only a port, ${NO_ADDRESS} (did you mean ":9901"?)`,
    ],
  },
  {
    name: "admin at a Unix socket",
    text: admin('{ "listen": "unix:/run/admin.sock" }'),
    expect: [
      `2:22: Invalid admin address "unix:/run/admin.sock": it is a Unix socket, ${NO_ADDRESS}`,
    ],
  },
  {
    name: "admin token in the config",
    text: admin('{ "listen": "127.0.0.1:9901", "token": "s3cret" }'),
    expect: [`2:49: ${TOKEN}`],
  },
  {
    name: "admin token as a path alone",
    text: admin('{ "listen": "127.0.0.1:9901", "token": "/run/token" }'),
    expect: [`2:49: ${TOKEN}`],
  },
  {
    name: "admin token without a path",
    text: admin('{ "listen": "127.0.0.1:9901", "token": "file:" }'),
    expect: [
      `2:49: Invalid value of "token": the path is missing, ${TOKEN_PATH}`,
    ],
  },
  {
    name: "admin token as a URL",
    text: admin('{ "listen": "127.0.0.1:9901", "token": "file:///run/token" }'),
    expect: [`2:49: Invalid value of "token": it is a URL, ${TOKEN_PATH}`],
  },
  {
    name: "admin token in a folder",
    text: admin('{ "listen": "127.0.0.1:9901", "token": "file:secrets/" }'),
    expect: [
      `2:49: Invalid value of "token": it is the path of a folder, ${TOKEN_PATH}`,
    ],
  },
  {
    name: "admin token with a line end",
    text: admin('{ "listen": "127.0.0.1:9901", "token": "file:a\\nb" }'),
    expect: [
      `2:49: Invalid value of "token": it contains control characters, ${TOKEN_PATH}`,
    ],
  },
  {
    name: "admin token that is no text",
    text: admin('{ "listen": "127.0.0.1:9901", "token": true }'),
    expect: [
      '2:49: Invalid value of "token": found true, expected "file:PATH"',
    ],
  },
  {
    name: "admin hosts as one name",
    text: admin('{ "listen": "127.0.0.1:9901", "hosts": "a.example" }'),
    expect: [
      '2:49: Invalid value of "hosts": found "a.example", expected a list of names',
    ],
  },
  {
    name: "admin host with a port, and one that is no name",
    text: admin(
      '{ "listen": "127.0.0.1:9901", "hosts": ["a.example:9901", "*", 1] }',
    ),
    expect: [
      '2:50: Invalid entry of "hosts": found "a.example:9901", expected a name without a port such as "passthru.example"',
      '2:68: Invalid entry of "hosts": found "*", expected a name without a port such as "passthru.example"',
      '2:73: Invalid entry of "hosts": found 1, expected a name such as "passthru.example"',
    ],
  },
  {
    name: "admin at the address of a server",
    text: admin('{ "listen": "127.0.0.1:443" }'),
    expect: [
      '2:22: Admin address "127.0.0.1:443" overlaps the listener ":443": only one of them can have port 443 [the listener is here: 3:14]',
    ],
  },
  {
    name: "admin for everybody without a token",
    text: admin('{ "listen": "0.0.0.0:9901" }'),
    expect: [open("0.0.0.0:9901")],
  },
  {
    name: "admin on all interfaces without a token",
    text: admin('{ "listen": ":9901" }'),
    expect: [open(":9901")],
  },
  {
    name: "admin at a name without a token",
    text: admin('{ "listen": "passthru.example:9901" }'),
    expect: [open("passthru.example:9901")],
  },
  {
    name: "admin address as a target",
    text: admin('{ "listen": "127.0.0.1:9901" }', {
      to: '["192.0.2.1:80", "localhost:9901"]',
    }),
    expect: [
      '3:101: warning: Target "localhost:9901" is the admin address: requests that are forwarded there come from this machine and need no token',
    ],
  },
];

/**
 * What is special about servers for datagrams, those whose key ends in `/udp`:
 * their defaults, and what they cannot have.
 *
 * @module
 */
import { type Diagnostic, orList, quoted } from "./diagnostics.ts";
import { DATAGRAM_DEFAULTS } from "./plan.ts";
import { type ServerSettings, serverSettings } from "./settings.ts";
import {
  type JsonNode,
  properties,
  type Property,
  property,
  spanOf,
} from "./source.ts";
import { isUnixText } from "./unix_address.ts";
import { addressNodes } from "./upstreams.ts";

/** What the key of a server for datagrams ends in. */
export const UDP_SUFFIX = "/udp";

/** The protocol whose flows may be idle for longer than those of others. */
const QUIC = "QUIC";

/** Fields that mean something for TCP alone, and why. */
const NO_OPTIONS: Readonly<Record<string, string>> = {
  accept_proxy: "datagrams bring no PROXY header",
  backlog: "datagrams are not accepted one by one",
  silent_after: "there is no client before its first datagram",
  max_peek: "at most 8 datagrams and 16 KiB are held",
};
const NO_FIELDS: Readonly<Record<string, string>> = {
  send_proxy: "there is no PROXY header for datagrams",
  health: "the checks connect by TCP",
  connect_timeout: "a target is not connected to",
};

/** How a REJECT may refuse. */
const REJECT_WITH = ["close", "tls_alert", "refused"];

/** Whether the key of a server says that it is for datagrams. */
export function isDatagramKey(key: string): boolean {
  return key.endsWith(UDP_SUFFIX);
}

/**
 * The settings of a server for datagrams, and those for one of its protocols.
 *
 * @param defaults The `defaults` of the config.
 * @param options The `options` of the server.
 */
export function datagramSettings(
  defaults: JsonNode | undefined,
  options: JsonNode | undefined,
  found: Diagnostic[],
): (protocol: string) => ServerSettings {
  const base = (idleTimeoutMs: number) => {
    const { acceptProxy: _, silentAfterMs: __, ...inherited } = serverSettings(
      defaults,
      { ...DATAGRAM_DEFAULTS, idleTimeoutMs, legacy: false },
      [],
    );
    return inherited;
  };
  const { idleTimeoutMs, quicIdleTimeoutMs } = DATAGRAM_DEFAULTS;
  const others = serverSettings(options, base(idleTimeoutMs), found);
  // What is wrong is reported once.
  const quic = serverSettings(options, base(quicIdleTimeoutMs), []);
  return (protocol) => protocol === QUIC ? quic : others;
}

/** Finds what a server for datagrams cannot have. */
export function checkDatagramServer(server: Property): Diagnostic[] {
  return properties(server.value).flatMap(({ name, key, value }) => {
    if (name === "options") return fieldProblems(value, NO_OPTIONS);
    if (name === "SILENT") {
      return [
        problem(
          key,
          "SILENT has no meaning for UDP: there is no client before its first datagram",
        ),
      ];
    }
    return properties(value).flatMap((rule) => actionProblems(rule.value));
  });
}

function actionProblems(action: JsonNode): Diagnostic[] {
  const how = property(action, "with")?.value;
  const targets = addressNodes(property(action, "to_addr")?.value);
  return [
    ...fieldProblems(action, NO_FIELDS),
    ...targets.filter((node) => isUnixText(String(node.value))).map((node) =>
      problem(
        node,
        `Invalid target ${
          quoted(node.value)
        }: found a Unix socket, expected host:port, as targets of a server for UDP are UDP`,
      )
    ),
    ...(how?.type !== "string" || REJECT_WITH.includes(how.value) ? [] : [
      problem(
        how,
        `Invalid value of "with": found "${how.value}", which UDP cannot do, expected ${
          orList(REJECT_WITH.map((word) => quoted(word)))
        }`,
      ),
    ]),
  ];
}

function fieldProblems(
  node: JsonNode,
  fields: Readonly<Record<string, string>>,
): Diagnostic[] {
  return properties(node).filter(({ name }) => Object.hasOwn(fields, name))
    .map(({ name, key }) =>
      problem(key, `Field "${name}" does not go with UDP: ${fields[name]}`)
    );
}

function problem(node: JsonNode, message: string): Diagnostic {
  return { severity: "error", message, span: spanOf(node) };
}

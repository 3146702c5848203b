/**
 * Reads `expect`, the tests inside the config.
 *
 * What does not have the right shape is passed over here: `shape.ts` has
 * reported it.
 *
 * @module
 */
import { ipBytes } from "../address/ip_address.ts";
import { addAll } from "./add_all.ts";
import { type Diagnostic, didYouMean, orList, quoted } from "./diagnostics.ts";
import {
  type ExpectFields,
  isExpectation,
  OUTCOMES,
  SAMPLES,
} from "./expect_schema.ts";
import { isDatagramKey } from "./datagram_server.ts";
import { listenNodeOf } from "./listen_node.ts";
import type { Expectation, Expected, Sample } from "./expectation.ts";
import { MAX_PEEK_BYTES } from "./plan.ts";
import {
  type JsonNode,
  plainValue,
  properties,
  property,
  spanOf,
} from "./source.ts";

/** The addresses of servers by the names that the config gives them. */
type Addresses = ReadonlyMap<string, string>;

/** Reads `expect` of a config. */
export function buildExpectations(
  root: JsonNode,
  found: Diagnostic[],
): Expectation[] {
  const servers = new Map(
    properties(property(root, "servers")?.value)
      .map((server) => [server.name, listenNodeOf(server).value as string]),
  );
  const node = property(root, "expect")?.value;
  const entries = node?.type === "array" ? node.children ?? [] : [];
  return entries.flatMap((entry) => {
    const fields = plainValue(entry);
    if (!isExpectation(fields)) return [];
    const problems = problemsOf(entry, fields, servers);
    addAll(found, problems);
    return problems.length > 0 ? [] : [build(entry, fields, servers)];
  });
}

function build(
  node: JsonNode,
  fields: ExpectFields,
  servers: Addresses,
): Expectation {
  const { name, server, from, time, protocol, rule, target, reject } = fields;
  const at = <T>(field: string, value: T): Expected<T> => ({
    value,
    span: spanOf(property(node, field)!.value),
  });
  return {
    ...(name === undefined ? {} : { name }),
    server: addressOf(server, servers)!,
    sample: sampleOf(fields),
    from: from ?? null,
    timeMs: time === undefined ? null : Date.parse(time),
    ...(protocol === undefined ? {} : { protocol: at("protocol", protocol) }),
    ...(rule === undefined ? {} : { rule: at("rule", foldSpace(rule)) }),
    ...(target === undefined
      ? {}
      : { target: at("target", target as string | string[]) }),
    ...(reject === undefined ? {} : { reject: at("reject", reject) }),
  };
}

/** The address of a server; by default that of the first. */
function addressOf(
  name: string | undefined,
  servers: Addresses,
): string | undefined {
  const [first] = servers.values();
  return name === undefined ? first : servers.get(name);
}

function sampleOf({ hello, http, ssh, hex, text }: ExpectFields): Sample {
  if (hello !== undefined) return { kind: "hello", hello };
  if (http !== undefined) return { kind: "http", http };
  if (ssh !== undefined) return { kind: "ssh", ssh };
  if (hex !== undefined) {
    return { kind: "bytes", bytes: Uint8Array.fromHex(hexDigits(hex)) };
  }
  return text === undefined
    ? { kind: "silent" }
    : { kind: "bytes", bytes: new TextEncoder().encode(text) };
}

/** As rules are spelt in the log: one space between words. */
function foldSpace(rule: string): string {
  return rule.trim().replace(/\s+/g, " ");
}

function hexDigits(hex: string): string {
  return hex.replace(/\s/g, "");
}

/** What is wrong with an expectation that has the right shape. */
function problemsOf(
  node: JsonNode,
  fields: ExpectFields,
  servers: Addresses,
): Diagnostic[] {
  const problems = [
    sampleProblem(fields),
    outcomeProblem(fields),
    serverProblem(fields, [...servers.keys()]),
    datagramProblem(fields, servers),
    hexProblem(fields),
    fromProblem(fields),
    timeProblem(fields),
  ];
  return problems.filter((problem) => problem !== null)
    .map(({ message, field }) => ({
      severity: "error",
      message,
      span: spanOf(field === undefined ? node : property(node, field)!.value),
    }));
}

/** Something wrong, and the field that it is about; none: the whole. */
interface Problem {
  readonly message: string;
  readonly field?: keyof ExpectFields;
}

function sampleProblem(fields: ExpectFields): Problem | null {
  const given = SAMPLES.filter((name) => fields[name] !== undefined);
  if (given.length === 1) return null;
  const what = given.length === 0 ? "no sample" : given.join(" and ");
  return {
    message: `Invalid expectation: found ${what}, expected one of ${
      orList(SAMPLES)
    }`,
    ...(given[1] === undefined ? {} : { field: given[1] }),
  };
}

function outcomeProblem(fields: ExpectFields): Problem | null {
  const given = OUTCOMES.filter((name) => fields[name] !== undefined);
  if (given.length === 0) {
    return {
      message: `Invalid expectation: it has no expected result, expected ${
        orList(OUTCOMES)
      }`,
    };
  }
  return fields.reject && fields.target !== undefined
    ? {
      message:
        'Invalid expectation: "reject" and "target" exclude each other: a closed connection has no target',
      field: "reject",
    }
    : null;
}

function serverProblem(
  { server }: ExpectFields,
  servers: readonly string[],
): Problem | null {
  if (server === undefined) {
    return servers.length < 2 ? null : {
      message:
        `Missing field "server": the config has ${servers.length} servers, expected one of ${
          quotedList(servers)
        }`,
    };
  }
  return servers.includes(server) ? null : {
    message: `Unknown server ${quoted(server)}: expected ${
      quotedList(servers)
    }${didYouMean(server, servers)}`,
    field: "server",
  };
}

/** What no client of UDP sends. */
function datagramProblem(
  fields: ExpectFields,
  servers: Addresses,
): Problem | null {
  const { protocol } = fields;
  const address = addressOf(fields.server, servers);
  if (address === undefined || !isDatagramKey(address)) return null;
  const field = (["http", "ssh"] as const)
    .find((name) => fields[name] !== undefined);
  if (field === undefined && protocol !== "SILENT") return null;
  return {
    message: `Invalid expectation: "${
      field ?? protocol
    }" does not go with a server for UDP, expected hello (for QUIC), hex or text`,
    field: field ?? "protocol",
  };
}

function hexProblem({ hex }: ExpectFields): Problem | null {
  const length = hex === undefined ? 2 : hexDigits(hex).length;
  const what = length === 0
    ? "no digit"
    : length % 2 > 0
    ? `${length} digits`
    : length > 2 * MAX_PEEK_BYTES
    ? `${length / 2} bytes`
    : null;
  return what === null ? null : {
    message: `Invalid value of "hex": found ${what}, expected ${
      length > 2 * MAX_PEEK_BYTES
        ? `at most ${MAX_PEEK_BYTES} bytes`
        : "two digits for each byte"
    }`,
    field: "hex",
  };
}

function fromProblem({ from }: ExpectFields): Problem | null {
  return from === undefined || ipBytes(from) !== null ? null : {
    message: `Invalid value of "from": found ${
      quoted(from)
    }, expected an IP address such as "192.0.2.7"`,
    field: "from",
  };
}

function timeProblem({ time }: ExpectFields): Problem | null {
  return time === undefined || !Number.isNaN(Date.parse(time)) ? null : {
    message: `Invalid value of "time": found ${
      quoted(time)
    }, expected an existing time, such as "2026-11-22T08:30:00Z"`,
    field: "time",
  };
}

function quotedList(names: readonly string[]): string {
  return orList(names.map(quoted));
}

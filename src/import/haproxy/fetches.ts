/**
 * The samples that can be translated, each with what it becomes.
 *
 * @module
 */
import {
  all,
  allOf,
  anyOf,
  type Expression,
  FALSE,
  is,
  not,
  TRUE,
  unknown,
  word,
} from "../ordered/expression.ts";
import { clientIn, listenerIn } from "../ordered/address_tests.ts";
import { quoted } from "../origin.ts";
import type { CriterionContext, Fetch, Translator } from "./samples.ts";
import { HTTP_FETCHES } from "./http_fetches.ts";
import { payloadTest } from "./payload.ts";
import { fullAddress, integerTest, type Patterns } from "./patterns.ts";
import { hostValue, isTextMethod } from "./text_patterns.ts";

/** What the highest version of a hello, in its old field, stands for. */
const VERSIONS: readonly (readonly [number, string | null])[] = [
  [3.0, "3.0"],
  [3.1, "1.0"],
  [3.2, "1.1"],
  // TLS 1.3 says 1.2 in this field (RFC 9846 section 4.2.2).
  [3.3, "1.2"],
  [3.3, "1.3"],
];

/** The samples by name. */
export const FETCHES: Readonly<Record<string, Translator>> = {
  always_true: (_, patterns) => constant(true, patterns),
  always_false: (_, patterns) => constant(false, patterns),
  wait_end: () => TRUE,
  "req.ssl_sni": serverName,
  "req.ssl_alpn": alpn,
  "req.ssl_hello_type": (_, { values }) => fitting(values, [[1, is("TLS")]]),
  "req.ssl_ver": version,
  "req.len": length,
  "req.payload": payloadTest,
  "req.rdp_cookie": rdpCookie,
  "req.rdp_cookie_cnt": (fetch, { values }) =>
    fitting(values, [[0, not(anyCookie(fetch))], [1, anyCookie(fetch)]]),
  src: (_, { values }) => clientIn(values.map(fullAddress)),
  dst: (_, { values }, { listener: { host } }) =>
    listenerIn(values.map(fullAddress), host),
  dst_port: (_, { values }, { listener }) => {
    const test = integerTest(values);
    return test === null || listener.port === null
      ? unknown("the port")
      : test(listener.port)
      ? TRUE
      : FALSE;
  },
  ...HTTP_FETCHES,
};

function constant(value: boolean, { method }: Patterns): Expression {
  return method === undefined || method === "bool"
    ? value ? TRUE : FALSE
    : unknown(`the method ${quoted(method)}`);
}

/** What fits of some values, each with what it means. */
function fitting(
  values: readonly string[],
  meanings: readonly (readonly [number, Expression])[],
): Expression {
  const test = integerTest(values);
  return test === null
    ? unknown(`${quoted(values.join(" "))} is no number`)
    : anyOf(
      meanings.filter(([value]) => test(value)).map(([, means]) => means),
    );
}

function serverName(
  { converters }: Fetch,
  { method = "str", values }: Patterns,
): Expression {
  if (method === "found") {
    return all(is("TLS"), not(word("TLS", ["NOSNI", ""])));
  }
  return hostTest("TLS", "SNI", { converters, method, values });
}

/** A host that is compared with patterns. */
function hostTest(
  protocol: string,
  name: string,
  { converters, method, values }: {
    readonly converters: readonly string[];
    readonly method: string;
    readonly values: readonly string[];
  },
): Expression {
  const other = converters.filter((converter) => converter !== "lower");
  if (other.length > 0) {
    return unknown(`converters (${quoted(other.join(","))})`);
  }
  if (!isTextMethod(method)) return unknown(`the method ${quoted(method)}`);
  return anyOf(
    values.map((value) => word(protocol, [name, hostValue(value, method)])),
  );
}

/** The list of a client's protocols is one text there: `h2,http/1.1`. */
function alpn(
  { converters }: Fetch,
  { method = "str", values }: Patterns,
  { remark, origin }: CriterionContext,
): Expression {
  if (converters.length > 0) {
    return unknown(`converters (${quoted(converters.join(","))})`);
  }
  if (method === "found") {
    return unknown("whether there is ALPN at all");
  }
  if (!["str", "sub", "beg"].includes(method)) {
    return unknown(`the method ${quoted(method)}`);
  }
  return anyOf(values.map((value) => {
    const names = value.split(",");
    if (names.some((name) => name === "")) {
      return unknown(`${quoted(value)}, which is no list of protocols`);
    }
    remark(
      origin,
      `HAProxy compares the client's whole list of protocols with ${
        quoted(value)
      } (-m ${method}), ALPN each protocol of the list`,
    );
    return allOf(names.map((name) => word("TLS", ["ALPN", name])));
  }));
}

function version(_: Fetch, { values }: Patterns): Expression {
  const test = integerTest(values);
  if (test === null) return unknown(`${quoted(values.join(" "))}, no version`);
  const fits = VERSIONS.filter(([value]) => test(value));
  if (fits.length === VERSIONS.length) return is("TLS");
  // Nobody asks for SSL 3.0 and not for the others, or the other way round.
  return fits.length === VERSIONS.length - 1 && !test(3)
    ? all(is("TLS"), not(word("TLS", ["VERSION", "3.0"])))
    : anyOf(fits.map(([, name]) => word("TLS", ["VERSION", name!])));
}

/** Only whether there is anything can be told. */
function length(_: Fetch, { values }: Patterns): Expression {
  const test = integerTest(values);
  if (test === null) return unknown(`${quoted(values.join(" "))}, no number`);
  const some = [1, 2, 16, 256, 4096, 16384].map(test);
  if (some.includes(true) && some.includes(false)) {
    return unknown("how many bytes have come");
  }
  const silent = test(0);
  if (silent === some[0]) return silent ? TRUE : FALSE;
  return silent ? is("SILENT") : not(is("SILENT"));
}

function anyCookie({ args: [name] }: Fetch): Expression {
  if (name === "msts") return word("RDP", ["TOKEN", "*"]);
  return name === undefined || name === "mstshash"
    ? word("RDP", ["COOKIE", "*"])
    : unknown(`the RDP cookie ${quoted(name)}`);
}

function rdpCookie(
  fetch: Fetch,
  { method = "str", values }: Patterns,
): Expression {
  if (method === "found") return anyCookie(fetch);
  const name = fetch.args[0] === "msts" ? "TOKEN" : "COOKIE";
  if (method !== "str" && method !== "beg") {
    return unknown(`the method ${quoted(method)}`);
  }
  const end = method === "beg" ? "*" : "";
  return anyOf(values.map((value) => word("RDP", [name, value + end])));
}

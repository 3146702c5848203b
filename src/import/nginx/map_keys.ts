/**
 * The keys of nginx's `map` as conditions.
 *
 * @module
 */
import { ipBytes } from "../../address/ip_address.ts";
import { LinearRegex } from "../../detect/linear_regex.ts";
import type { WrittenCondition } from "../../rule/written_condition.ts";
import { escaped } from "../ordered/regex_text.ts";
import { quoted } from "../origin.ts";
import type { Argument } from "./directives.ts";
import type { Raw } from "./cases.ts";
import { translateRegex } from "../pcre.ts";
import { byteText } from "../bytes.ts";

/** A key of a map with its value. */
export interface MapEntry {
  /** As nginx compares it: in lower case, unless it is an expression. */
  readonly key: string;
  /** Those of `geo` are blocks of addresses. */
  readonly kind: "exact" | "suffix" | "prefix" | "regex" | "block";
  readonly value: Argument;
  readonly origin: Argument["origin"];
}

/** Conditions of a key, or why it has none. */
export type KeyConditions =
  | {
    readonly ok: true;
    readonly conditions: readonly WrittenCondition[];
    /** What differs from the original. */
    readonly note?: string;
  }
  | { readonly ok: false; readonly problem: string }
  /** No connection has such a value. */
  | { readonly ok: "never" };

const VERSIONS: Readonly<Record<string, string>> = {
  "SSLv3": "3.0",
  "TLSv1": "1.0",
  "TLSv1.1": "1.1",
  "TLSv1.2": "1.2",
  "TLSv1.3": "1.3",
};

/** Whether a key of a map fits a text. */
export function keyFits({ key, kind }: MapEntry, text: string): boolean {
  const value = text.toLowerCase();
  switch (kind) {
    case "exact":
      return value === key;
    case "suffix":
      return value.endsWith(key.slice(1)) && value.length > key.length - 1;
    case "prefix":
      return value.startsWith(key.slice(0, -1));
    case "regex": {
      const regex = regexOf(key, "");
      return regex.ok && new LinearRegex(regex.regex).test(byteText(text));
    }
    case "block":
      return false;
  }
}

/** The conditions under which a variable has the value of a key. */
export function keyConditions(raw: Raw, entry: MapEntry): KeyConditions {
  switch (raw) {
    case "sni":
      return sniConditions(entry);
    case "alpn":
      return alpnConditions(entry);
    case "protocol":
      return versionConditions(entry);
    case "address":
      return addressConditions(entry);
  }
}

function sniConditions({ key, kind }: MapEntry): KeyConditions {
  if (key === "") return good({ word: "NOSNI", value: "", negated: false });
  if (kind === "exact" && isWildcard(key)) return { ok: "never" };
  if (kind === "exact" || kind === "suffix") return good(sni(key));
  if (kind === "prefix") return good(sni(`/^${escaped(key.slice(0, -1))}/`));
  const regex = regexOf(key, "host");
  if (!regex.ok) return bad(regex.problem);
  if (/\s/.test(regex.regex)) return bad("it contains white space");
  return good(sni(`/${regex.regex}/`));
}

/** Whether a key is more than a name in a map with `hostnames`. */
export function isWildcard(key: string): boolean {
  return /^\*?\.|\.\*$/.test(key);
}

function sni(value: string): WrittenCondition {
  return { word: "SNI", value, negated: false };
}

/** What stands around one name of a list: its start or a comma, its end or one. */
const ALPN_NAME =
  /^~(\*?)(\\b|\^|\((?:\?:)?\^\|,\))?([\w.\/-]+?)(\\b|\$|\((?:\?:)?,\|\$\))?$/;

/** ALPN is a list of all that the client offers, with commas. */
function alpnConditions({ key, kind }: MapEntry): KeyConditions {
  const conditions = (...names: string[]) =>
    names.map((value) => ({ word: "ALPN", value, negated: false }));
  if (kind === "exact") {
    if (key === "") return bad("no rule asks for a hello without ALPN");
    return {
      ok: true,
      conditions: conditions(...key.split(",")),
      note: `nginx compares the whole list of ALPN protocols with ${
        quoted(key)
      }; here the client may offer others, too`,
    };
  }
  const found = ALPN_NAME.exec(key);
  if (found === null) return bad("ALPN is compared with whole names");
  const [, anyCase, before = "", name = "", after = ""] = found;
  const isName = anyCase === "" && before.length > 1 && after.length > 1;
  return {
    ok: true,
    conditions: conditions(anyCase === "" ? name : name.toLowerCase()),
    ...(isName ? {} : {
      note: `nginx looks for ${
        quoted(key)
      } in the list of ALPN protocols; here the client must offer exactly this name, and may offer others, too`,
    }),
  };
}

function versionConditions({ key, kind }: MapEntry): KeyConditions {
  const fits = Object.entries(VERSIONS).filter(([name]) =>
    keyFits({ key, kind } as MapEntry, name)
  );
  if (fits.length === 0) return { ok: "never" };
  if (fits.length > 1) return bad("it fits several versions");
  return good({ word: "VERSION", value: fits[0]![1], negated: false });
}

function addressConditions({ key, kind }: MapEntry): KeyConditions {
  if (kind !== "exact" && kind !== "block") {
    return bad("an address is compared as a whole only");
  }
  // A map compares texts, and no address looks like a block.
  if (kind === "exact" && ipBytes(key) === null) return { ok: "never" };
  return good({ word: "FROM", value: key, negated: false });
}

/** An expression behind `~` or `~*`. */
function regexOf(key: string, use: "host" | "") {
  const body = key.replace(/^~\*?/, "");
  const insensitive = key.startsWith("~*");
  const captures = body.replace(/\(\?(?:P?<\w+>|'\w+')/g, "(");
  // Names are compared in lower case.
  const pattern = use === "host"
    ? captures.replace(
      /\\.|[A-Z]+/gs,
      (piece) => piece.startsWith("\\") ? piece : piece.toLowerCase(),
    )
    : insensitive
    ? `(?i)${captures}`
    : captures;
  return translateRegex([byteText(pattern)], { host: use === "host" });
}

function good(condition: WrittenCondition): KeyConditions {
  return { ok: true, conditions: [condition] };
}

function bad(problem: string): KeyConditions {
  return { ok: false, problem };
}

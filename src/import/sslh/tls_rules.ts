/**
 * The `tls` entries of sslh as alternatives.
 *
 * @module
 */
import { globHost } from "../globs.ts";
import { all, type Expression, is, not, word } from "../ordered/expression.ts";
import { quoted } from "../origin.ts";
import { characters, type Group } from "./group.ts";

/** What an entry takes, each with its text, and what cannot be said of it. */
export interface TlsAlternatives {
  readonly alternatives: readonly {
    readonly when: Expression;
    readonly text: string;
  }[];
  readonly notes: readonly string[];
}

/** What an entry takes: each of its names with each of its protocols. */
export function tlsAlternatives(entry: Group): TlsAlternatives {
  const notes: string[] = [];
  const names = entry.list("sni_hostnames").map(characters);
  const protocols = entry.list("alpn_protocols").map(characters);
  const hosts = names.length === 0 ? [null] : hostValues(names);
  const alpn = protocols.length === 0 ? [null] : wholeNames(protocols, notes);
  const alternatives = hosts.flatMap((host) =>
    alpn.map((protocol) => {
      const tests = [
        ...host === null ? [] : [["SNI", host] as const],
        ...protocol === null ? [] : [["ALPN", protocol] as const],
      ];
      return {
        when: all(is("TLS"), ...tests.map(expressionOf)),
        text: tests.length === 0
          ? `The entry ${quoted("tls")}`
          : quoted(tests.map((test) => test.join(" ")).join(" ")),
      };
    })
  );
  return { alternatives, notes };
}

/** Values of `SNI`; `*`: any name. */
function hostValues(names: readonly string[]): readonly string[] {
  const values = names.map(globHost);
  return values.includes(null) ? ["*"] : [
    // Names before expressions, so that they can be in one list.
    ...values.filter((value) => !value!.startsWith("/")),
    ...values.filter((value) => value!.startsWith("/")),
  ] as string[];
}

function wholeNames(values: readonly string[], notes: string[]): string[] {
  return values.filter((value) => {
    const isPattern = /[*?[\\]/.test(value);
    if (isPattern) {
      notes.push(
        `The pattern ${
          quoted(value)
        } has no equivalent: ALPN tests whole names`,
      );
    }
    return !isPattern;
  });
}

function expressionOf([name, value]: readonly [string, string]): Expression {
  return name === "SNI" && value === "*"
    ? not(word("TLS", ["NOSNI", ""]))
    : word("TLS", [name, value]);
}

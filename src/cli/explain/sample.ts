/**
 * Samples on the command line: those that `expect` knows in a config.
 *
 * @module
 */
import { didYouMean, orList } from "../../config/diagnostics.ts";
import { sampleProblems } from "../../config/expect_schema.ts";
import type { Sample } from "../../config/expectation.ts";
import { UsageError } from "../command.ts";

/** The protocols that there are samples of, and the options that each has. */
const SAMPLE_OPTIONS = {
  TLS: ["sni", "alpn"],
  HTTP: ["host", "path", "method"],
  SSH: [],
  SILENT: [],
} as const;

type SampleProtocol = keyof typeof SAMPLE_OPTIONS;

/** The values of `--protocol`. */
export const SAMPLE_PROTOCOLS: readonly SampleProtocol[] = [
  "TLS",
  "HTTP",
  "SSH",
  "SILENT",
];

/**
 * The sample that the options describe, with the option that asks for it.
 *
 * @returns `null`: none of them is there.
 * @throws {UsageError} They do not fit together, or a value is wrong.
 */
export function sampleOf(
  values: ReadonlyMap<string, string>,
): { readonly option: string; readonly sample: Sample } | null {
  const given = SAMPLE_PROTOCOLS.flatMap((protocol) =>
    SAMPLE_OPTIONS[protocol].filter((option) => values.has(option))
      .map((option) => ({ protocol, option }))
  );
  const named = protocolOf(values);
  const [first] = given;
  const protocol = named ?? first?.protocol;
  if (protocol === undefined) return null;
  const other = given.find((option) => option.protocol !== protocol);
  if (other !== undefined) {
    const one = named === null
      ? `"--${first!.option}"`
      : `"--protocol ${named}"`;
    throw new UsageError([
      `Options ${one} and "--${other.option}" exclude each other: the latter is of ${other.protocol}`,
    ]);
  }
  return {
    option: named === null ? first!.option : "protocol",
    sample: makeSample(protocol, values),
  };
}

/** @throws {UsageError} There is no sample of it. */
function protocolOf(
  values: ReadonlyMap<string, string>,
): SampleProtocol | null {
  const text = values.get("protocol");
  if (text === undefined) return null;
  const known = SAMPLE_PROTOCOLS.find((name) => name === text.toUpperCase());
  if (known !== undefined) return known;
  throw new UsageError([
    `Invalid value of "--protocol": found "${text}", expected ${
      orList(SAMPLE_PROTOCOLS)
    }${
      didYouMean(text, SAMPLE_PROTOCOLS)
    }; give the bytes of others by --hex or --file`,
  ]);
}

function makeSample(
  protocol: SampleProtocol,
  values: ReadonlyMap<string, string>,
): Sample {
  switch (protocol) {
    case "TLS": {
      const alpn = values.get("alpn")?.split(",").map((id) => id.trim());
      const hello = { ...fieldsOf("TLS", values), ...(alpn && { alpn }) };
      checkFields("hello", hello, values);
      return { kind: "hello", hello };
    }
    case "HTTP": {
      const http = fieldsOf("HTTP", values);
      checkFields("http", http, values);
      return { kind: "http", http };
    }
    case "SSH":
      return { kind: "ssh", ssh: {} };
    case "SILENT":
      return { kind: "silent" };
  }
}

function fieldsOf(
  protocol: SampleProtocol,
  values: ReadonlyMap<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    SAMPLE_OPTIONS[protocol].filter((name) => values.has(name))
      .map((name) => [name, values.get(name)!]),
  );
}

/** @throws {UsageError} With all values that are wrong. */
function checkFields(
  kind: "hello" | "http",
  fields: Readonly<Record<string, unknown>>,
  values: ReadonlyMap<string, string>,
): void {
  const problems = sampleProblems(kind, fields);
  if (problems.length === 0) return;
  throw new UsageError(
    problems.map(({ field, expected }) =>
      `Invalid value of "--${field}": found "${
        values.get(field)
      }", expected ${expected}`
    ),
  );
}

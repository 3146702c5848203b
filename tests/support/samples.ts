/** The configs that the documentation shows. */
import { type JsonValue, parse } from "@std/jsonc";
import { FIELDS } from "../../src/config/schema.ts";
import { PAGES } from "./readme.ts";
import { ROOT } from "./process.ts";

/** A sample of a page, as a whole config. */
export interface Sample {
  /** Page and line: `README.md:55`. */
  readonly place: string;
  readonly config: object;
}

/** Every `jsonc` block of every page. */
export async function documentedSamples(): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const page of Object.values(PAGES)) {
    const text = await Deno.readTextFile(page);
    for (const block of text.matchAll(/```jsonc\n(.*?)```/gs)) {
      const line = text.slice(0, block.index).split("\n").length;
      samples.push({
        place: `${page.pathname.slice(ROOT.length)}:${line}`,
        config: wholeConfig(sampleOf(block[1]!)),
      });
    }
  }
  return samples;
}

/** A sample, which may be the inside of an object. */
function sampleOf(block: string): Record<string, JsonValue> {
  try {
    return parse(block) as Record<string, JsonValue>;
  } catch {
    return parse(`{ ${block} }`) as Record<string, JsonValue>;
  }
}

/** A server for samples that are about something else. */
const ANY_SERVER = { ":1": { SSH: "127.0.0.1:22" } };

/** A config around a part of one: top fields, options, servers, a server. */
function wholeConfig(part: Record<string, unknown>): object {
  const names = Object.keys(part);
  const all = (known: readonly string[]) =>
    names.every((name) => known.includes(name));
  const top = (fields: object) => ({
    version: "v1.0.0",
    servers: ANY_SERVER,
    ...fields,
  });
  if (all(FIELDS["config"]!)) return top(part);
  if (all(FIELDS["options"]!)) return top({ defaults: part });
  if ("action" in part) {
    return top({ servers: { ":1": { TLS: { CATCHALL: part } } } });
  }
  return names.every((name) => name.includes(":"))
    ? top({ servers: part })
    : top({ servers: { ":1": part } });
}

/** Files that a config names, each with something that fits there. */
export function namedFiles(config: object): [name: string, text: string][] {
  const { include = [] } = config as {
    readonly include?: readonly (string | { readonly files: string })[];
  };
  const included = include.map((entry): [string, string] => [
    (typeof entry === "string" ? entry : entry.files).replace("*", "x"),
    "{}",
  ]);
  const values = JSON.stringify(config).matchAll(
    /(?:"|FROM )file:([^"]*\.\w+)"/g,
  );
  return [
    ...included,
    ...[...values].map(([, name]): [string, string] => [
      name!,
      /^(deny|office)/.test(name!) ? "192.0.2.7" : "127.0.0.1:9",
    ]),
  ];
}

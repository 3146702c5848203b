/**
 * Middlewares of TCP routers.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import type { Origin } from "../origin.ts";
import type { ObjectReader } from "../tree/reader.ts";
import { localName } from "./services.ts";

/** What the middlewares of a router ask for. */
export interface RouterLimits {
  /** Blocks of which the client must be in one, for each middleware. */
  readonly allow: readonly (readonly string[])[];
  /** Most connections of an address; `null`: any number. */
  readonly perAddress:
    | { readonly amount: number; readonly origin: Origin }
    | null;
}

/** Reads middlewares by their names. */
export class Middlewares {
  readonly #known: ReadonlyMap<string, ObjectReader>;
  readonly #problems: Problems;

  /** Takes the middlewares of the section `tcp`. */
  constructor(tcp: ObjectReader, problems: Problems) {
    this.#known = new Map(
      tcp.objects("middlewares").map(([field, object]) => [field.name, object]),
    );
    this.#problems = problems;
  }

  /** What the middlewares of a router ask for together. */
  of(router: ObjectReader): RouterLimits {
    const allow: string[][] = [];
    let perAddress: RouterLimits["perAddress"] = null;
    for (const { text, origin } of router.texts("middlewares")) {
      const known = this.#known.get(localName(text));
      if (known === undefined) {
        this.#problems.add(
          origin,
          `There is no TCP middleware of the name ${JSON.stringify(text)}`,
        );
        continue;
      }
      for (const name of ["ipAllowList", "ipWhiteList"]) {
        const list = known.object(name);
        const blocks = list?.texts("sourceRange").map(({ text }) => text);
        if (blocks !== undefined && blocks.length > 0) allow.push(blocks);
      }
      const amount = known.object("inFlightConn")?.number("amount") ?? null;
      if (amount !== null) perAddress = { amount, origin: known.origin };
    }
    return { allow, perAddress };
  }
}

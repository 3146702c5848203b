/**
 * Entry points: which addresses routers are for.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";
import type { ObjectReader } from "../tree/reader.ts";

/** An address that is listened on. */
export interface EntryPoint {
  readonly name: string;
  /** As passthru's config has it, without `/udp`. */
  readonly address: string;
  readonly transport: "tcp" | "udp";
  /** Where it is said; `null`: on the command line. */
  readonly origin: Origin | null;
  /** Its settings in the file. */
  readonly settings: ObjectReader | null;
}

/** Finds entry points by their names. */
export class EntryPoints {
  readonly #known = new Map<string, EntryPoint>();
  readonly #problems: Problems;
  readonly #used = new Set<EntryPoint>();
  /** What has been reported as missing. */
  readonly #missing = new Set<string>();

  /**
   * Takes entry points.
   *
   * @param given Those of the command line, by name.
   */
  constructor(
    root: ObjectReader,
    given: ReadonlyMap<string, string>,
    problems: Problems,
  ) {
    this.#problems = problems;
    for (const [field, settings] of root.objects("entryPoints")) {
      const address = settings.text("address") ?? "";
      this.#add(field.name, address, { origin: field.origin, settings });
    }
    for (const [name, address] of given) {
      this.#add(name, address, { origin: null, settings: null });
    }
  }

  /** Those that routers are for. */
  get used(): ReadonlySet<EntryPoint> {
    return this.#used;
  }

  /** All for a transport. */
  all(transport: "tcp" | "udp"): EntryPoint[] {
    return [...this.#known.values()]
      .filter((entryPoint) => entryPoint.transport === transport);
  }

  /** Those that a router names; if it names none, all of its transport. */
  of(router: ObjectReader, transport: "tcp" | "udp"): EntryPoint[] {
    const found = this.#named(router, transport);
    for (const entryPoint of found) this.#used.add(entryPoint);
    return found;
  }

  #named(router: ObjectReader, transport: "tcp" | "udp"): EntryPoint[] {
    const names = router.texts("entryPoints");
    if (names.length === 0) {
      const found = this.all(transport);
      if (found.length === 0) this.#report(router.origin, null, transport);
      return found;
    }
    return names.flatMap(({ text, origin }) => {
      const found = this.#known.get(text);
      if (found === undefined) this.#report(origin, text, transport);
      return found === undefined ? [] : [found];
    });
  }

  #report(
    origin: Origin,
    name: string | null,
    transport: "tcp" | "udp",
  ): void {
    const address = transport === "udp" ? ":53/udp" : ":443";
    const key = name ?? "";
    if (this.#missing.has(key)) return;
    this.#missing.add(key);
    this.#problems.add(
      origin,
      name === null
        ? `The router is for all entry points of its kind, and none is known: name them with --entrypoint NAME=${address}`
        : `The address of the entry point ${
          quoted(name)
        } is not known: name it with --entrypoint ${name}=${address}`,
    );
  }

  #add(
    name: string,
    written: string,
    { origin, settings }: Pick<EntryPoint, "origin" | "settings">,
  ): void {
    const udp = written.endsWith("/udp");
    const address = written.replace(/\/(?:udp|tcp)$/, "");
    if (this.#known.has(name)) return;
    this.#known.set(name, {
      name,
      address,
      transport: udp ? "udp" : "tcp",
      origin,
      settings,
    });
  }
}

/**
 * Entry points: which addresses routers are for.
 *
 * @module
 */
import type { Problems } from "../importer.ts";
import { type Origin, quoted } from "../origin.ts";
import type { ObjectReader } from "../tree/reader.ts";
import type { Tree } from "../tree/tree.ts";

/** An address that is listened on. */
export interface EntryPoint {
  readonly name: string;
  /** As passthru's config has it, without `/udp`. */
  readonly address: string;
  readonly transport: "tcp" | "udp";
  /** Whether it is for routers that name none. */
  readonly isDefault: boolean;
  /** Where it is said; `null`: on the command line. */
  readonly origin: Origin | null;
  /** Its settings in the file. */
  readonly settings: ObjectReader | null;
}

/** The entry point of Traefik's own pages, which routers get only by its name. */
const INTERNAL = "traefik";

/** Finds entry points by their names. */
export class EntryPoints {
  readonly #known = new Map<string, EntryPoint>();
  readonly #problems: Problems;
  /** Those on which Traefik decrypts for routers of HTTP. */
  readonly #https = new Set<EntryPoint>();
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
    for (const router of membersOf(valueAt(root, "http", "routers"))) {
      this.#addHttps(router);
    }
  }

  /** Finds out where a router of HTTP is for TLS, which is not read by that. */
  #addHttps(router: Tree): void {
    const names = membersOf(fieldOf(router, "entryPoints"))
      .map((tree) => tree.kind === "scalar" ? String(tree.value) : "");
    const isTls = fieldOf(router, "tls") !== undefined;
    const entryPoints = names.length === 0
      ? this.#standard("tcp")
      : names.flatMap((name) => this.#known.get(name) ?? []);
    for (const entryPoint of entryPoints) {
      const { settings } = entryPoint;
      const own = settings === null
        ? undefined
        : valueAt(settings, "http", "tls");
      if (isTls || own !== undefined) this.#https.add(entryPoint);
    }
  }

  /** Whether Traefik decrypts on one for routers of HTTP. */
  isHttps(entryPoint: EntryPoint): boolean {
    return this.#https.has(entryPoint);
  }

  /** Those of routers that name none. */
  #standard(transport: "tcp" | "udp"): EntryPoint[] {
    const all = [...this.#known.values()]
      .filter((entryPoint) => entryPoint.transport === transport);
    if (transport === "udp") return all;
    const own = all.filter(({ name }) => name !== INTERNAL);
    const marked = own.filter(({ isDefault }) => isDefault);
    return marked.length > 0 ? marked : own;
  }

  /** Those that a router names, or else those that are for such routers. */
  of(router: ObjectReader, transport: "tcp" | "udp"): EntryPoint[] {
    const names = router.texts("entryPoints");
    if (names.length === 0) {
      const found = this.#standard(transport);
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
      isDefault: settings?.boolean("asDefault") === true,
      origin,
      settings,
    });
  }
}

/** A value below an object, which is not read by that. */
function valueAt(
  object: ObjectReader,
  first: string,
  second: string,
): Tree | undefined {
  const value = object.field(first)?.value;
  return value === undefined ? undefined : fieldOf(value, second);
}

function fieldOf(tree: Tree, name: string): Tree | undefined {
  return tree.kind === "object"
    ? tree.fields.find((field) => field.name === name)?.value
    : undefined;
}

function membersOf(tree: Tree | undefined): readonly Tree[] {
  if (tree?.kind === "object") return tree.fields.map(({ value }) => value);
  return tree?.kind === "list" ? tree.items : [];
}

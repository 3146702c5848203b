/**
 * Traefik's services as actions.
 *
 * @module
 */
import { joinAddress } from "../addresses.ts";
import type { Json } from "../entry.ts";
import { type Action, REJECT } from "../ordered/actions.ts";
import { type Note, type Origin, quoted } from "../origin.ts";
import { durationText } from "../ordered/duration_text.ts";
import { goDuration } from "../tree/go_duration.ts";
import type { ObjectReader } from "../tree/reader.ts";
import { scaled } from "../tree/shares.ts";

/** Services and what they name, of TCP or UDP. */
export interface ServiceSources {
  readonly services: ReadonlyMap<string, ObjectReader>;
  readonly transports: ReadonlyMap<string, ObjectReader>;
}

/** A target with its share. */
interface Target {
  readonly addr: string;
  readonly weight: number;
  /** The PROXY header that it gets. */
  readonly header: "v1" | "v2" | null;
  readonly origin: Origin;
}

/** Deepest nesting of services. */
const MAX_DEPTH = 10;

/** Translates services, each once. */
export class Services {
  readonly #sources: ServiceSources;
  readonly #actions = new Map<string, Action>();

  /** Takes the services of a file. */
  constructor(sources: ServiceSources) {
    this.#sources = sources;
  }

  /** Whether there is such a service. */
  has(name: string): boolean {
    return this.#sources.services.has(localName(name));
  }

  /** What is done with connections for a service that there is. */
  action(name: string): Action {
    const local = localName(name);
    const known = this.#actions.get(local) ??
      new ServiceTranslation(this.#sources).action(local);
    this.#actions.set(local, known);
    return known;
  }
}

/** `name@file` is a name of the file provider. */
export function localName(name: string): string {
  return name.replace(/@file$/, "");
}

class ServiceTranslation {
  readonly #sources: ServiceSources;
  readonly #notes: Note[] = [];
  readonly #fields: Record<string, Json> = {};

  constructor(sources: ServiceSources) {
    this.#sources = sources;
  }

  action(name: string): Action {
    const service = this.#sources.services.get(name)!;
    const targets = this.#alike(this.#targets(service, 0));
    if (targets.length === 0) {
      this.#note(
        service.origin,
        `The service ${
          quoted(name)
        } has no server that can be used: it is a REJECT here`,
      );
      return { json: REJECT.json, notes: this.#notes };
    }
    const list = scaled(targets).map(({ addr, weight }) =>
      weight === 1 ? addr : { addr, weight }
    );
    const [first] = list;
    const isPlain = list.length === 1 && typeof first === "string";
    const to: Json = isPlain ? first : list;
    const json = isPlain && Object.keys(this.#fields).length === 0
      ? to
      : { action: "FORWARD", to_addr: to, ...this.#fields };
    return { json, notes: this.#notes };
  }

  /** The targets that get the same PROXY header as the first one. */
  #alike(targets: readonly Target[]): Target[] {
    const header = targets[0]?.header ?? null;
    if (header !== null) this.#fields.send_proxy = header;
    return targets.filter((target) => {
      if (target.header === header) return true;
      this.#note(
        target.origin,
        `Server ${
          quoted(target.addr)
        } is left out: the targets of a list all get a PROXY header of one version, or none`,
      );
      return false;
    });
  }

  #note(origin: Origin, text: string): void {
    this.#notes.push({ origin, text });
  }

  /** The targets of a service; their weights are shares of 1. */
  #targets(service: ObjectReader, depth: number): Target[] {
    const weighted = service.object("weighted");
    if (weighted !== null) return this.#weighted(weighted, depth);
    const balancer = service.object("loadBalancer");
    if (balancer === null) {
      service.wrong("loadBalancer", "a loadBalancer or weighted services");
      return [];
    }
    const header = this.#settings(balancer);
    const servers = balancer.items("servers").flatMap((server) => {
      const addr = server.text("address");
      if (addr === null) return [];
      const why = server.boolean("tls") === true
        ? '"tls" encrypts what is sent to it, which passthru does not do'
        : isAddress(addr)
        ? null
        : "it is no address";
      if (why === null) return [addr];
      this.#note(server.origin, `Server ${quoted(addr)} is left out: ${why}`);
      return [];
    });
    const unique = [...new Set(servers)];
    const { origin } = balancer;
    const weight = 1 / unique.length;
    return unique.map((addr) => ({ addr, weight, header, origin }));
  }

  #weighted(weighted: ObjectReader, depth: number): Target[] {
    const found = new Map<string, Target>();
    for (const item of weighted.items("services")) {
      const name = item.text("name");
      const weight = item.number("weight") ?? 1;
      const service = name === null
        ? undefined
        : this.#sources.services.get(localName(name));
      if (service === undefined || depth >= MAX_DEPTH) {
        item.wrong("name", "the name of a service of the file");
        continue;
      }
      for (const target of this.#targets(service, depth + 1)) {
        const known = found.get(target.addr)?.weight ?? 0;
        const share = known + weight * target.weight;
        found.set(target.addr, { ...target, weight: share });
      }
    }
    return [...found.values()];
  }

  /**
   * Settings of a load balancer, which are those of the whole action.
   *
   * @returns The PROXY header.
   */
  #settings(balancer: ObjectReader): Target["header"] {
    let header: Target["header"] = null;
    const name = balancer.text("serversTransport");
    const transport = name === null
      ? undefined
      : this.#sources.transports.get(localName(name));
    if (name !== null && transport === undefined) {
      balancer.wrong("serversTransport", "the name of one of the file");
    }
    for (const settings of [balancer, ...transport ? [transport] : []]) {
      header = proxyHeader(settings) ?? header;
      if (settings.has("terminationDelay")) {
        settings.take("terminationDelay");
        this.#note(
          settings.field("terminationDelay")!.origin,
          '"terminationDelay" has no equivalent: half-closed connections go on until "idle_timeout"',
        );
      }
    }
    const dial = transport === undefined
      ? null
      : time(transport, "dialTimeout");
    if (dial !== null) {
      this.#set("connect_timeout", durationText(dial), transport!);
    }
    const tls = transport?.field("tls");
    if (tls !== undefined) {
      transport!.take("tls");
      this.#note(
        tls.origin,
        '"tls" encrypts what is sent to servers, which passthru does not do: it forwards what the client sends',
      );
    }
    const check = balancer.object("healthCheck");
    if (check !== null) {
      const interval = time(check, "interval") ?? 30_000;
      const timeout = time(check, "timeout") ?? 5000;
      this.#set("health", {
        interval: durationText(interval),
        timeout: durationText(timeout),
      }, check);
    }
    return header;
  }

  #set(name: string, value: Json, { origin }: ObjectReader): void {
    const known = this.#fields[name];
    if (known === undefined) this.#fields[name] = value;
    else if (JSON.stringify(known) !== JSON.stringify(value)) {
      this.#note(
        origin,
        `Services with another ${quoted(name)} are one list here: it has ${
          JSON.stringify(known)
        }`,
      );
    }
  }
}

function isAddress(text: string): boolean {
  const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(text) ?? [];
  return host !== "" && joinAddress(host, port).ok;
}

function proxyHeader(settings: ObjectReader): Target["header"] {
  const header = settings.object("proxyProtocol");
  if (header === null) return null;
  const version = header.number("version") ?? 2;
  if (version === 1 || version === 2) return `v${version}`;
  header.wrong("version", "1 or 2");
  return null;
}

/** A time; a bare number counts seconds, as Traefik has it. */
export function time(object: ObjectReader, name: string): number | null {
  const text = object.text(name);
  if (text === null) return null;
  const found = goDuration(text, 1000);
  if (found === null) object.wrong(name, 'a time such as "30s"');
  return found;
}

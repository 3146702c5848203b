/**
 * Whether a route may be added by a file with bounds, before it is written.
 *
 * @module
 */
import type { Transport } from "../../detect/detector.ts";
import type { Registry } from "../../detect/registry.ts";
import { Prover } from "../../rule/implication.ts";
import { addAll } from "../add_all.ts";
import {
  buildDocuments,
  type BuiltConfig,
  type LoadOptions,
} from "../build.ts";
import type { BuiltRule } from "../built_rule.ts";
import { type Diagnostic, quoted } from "../diagnostics.ts";
import type { ConfigDocuments } from "../documents.ts";
import { type JsonNode, properties, property, spanOf } from "../json_tree.ts";
import { lint } from "../lint.ts";
import { transportOf } from "../listen_node.ts";
import { lintRejects } from "../reject.ts";
import { buildServers } from "../servers.ts";
import { checkShape } from "../shape.ts";
import { writeOut } from "../short_forms.ts";
import { parseSource } from "../source.ts";
import type { Bounds } from "./bounds.ts";
import { checkBoundedFile, checkBoundedRule } from "./check_bounds.ts";
import { Claims, MAX_WITHOUT_HOST } from "./claims.ts";
import type { IncludeEntry } from "./entries.ts";
import { hostsOf } from "./host_pattern.ts";
import { inConfig } from "./in_config.ts";

/** Longest route as JSON, in characters. */
const MAX_ROUTE_LENGTH = 65_536;

/** A route that a file with bounds would add. */
export interface RouteRequest {
  /** A key of `servers`: `:443`. */
  readonly server: string;
  /** `TLS`. */
  readonly protocol: string;
  /** `SNI app.example.com`, or `CATCHALL`. */
  readonly rule: string;
  /** As the config has it: an address, or an object with `action`. */
  readonly action: unknown;
}

/** A route that may be added, for {@linkcode RouteClaims}. */
export interface JudgedRoute {
  readonly request: RouteRequest;
  readonly rule: BuiltRule;
}

/** What comes of a request. */
export type RouteVerdict =
  | {
    readonly ok: true;
    readonly route: JudgedRoute;
    /** What `check` would warn of. */
    readonly warnings: readonly string[];
  }
  | {
    readonly ok: false;
    /** Everything that is wrong, each a sentence. Not empty. */
    readonly problems: readonly string[];
  };

/**
 * Judges routes by the bounds of an entry of `include`, and by the rules of all
 * files. What it says of a route depends on the config alone, not on the routes
 * that it was asked about before: see {@linkcode RouteClaims} for these.
 */
export class RouteJudge {
  readonly #documents: ConfigDocuments;
  readonly #config: BuiltConfig;
  readonly #bounds: Bounds;

  private constructor(
    documents: ConfigDocuments,
    config: BuiltConfig,
    bounds: Bounds,
  ) {
    this.#documents = documents;
    this.#config = config;
    this.#bounds = bounds;
  }

  /**
   * Makes a judge.
   *
   * @param documents The config, without the file that the routes are for.
   * @param options With the entry that includes this file.
   * @returns What is wrong with the config, if it has errors.
   * @throws {RangeError} When the entry has no bounds.
   */
  static of(
    documents: ConfigDocuments,
    registry: Registry,
    { entry, ...options }: LoadOptions & { readonly entry: IncludeEntry },
  ): RouteJudge | readonly Diagnostic[] {
    const config = buildDocuments(documents, registry, options);
    if (config === null) return documents.diagnostics;
    const bounds = config.bounds.bounds.get(entry);
    if (bounds === undefined) throw new RangeError('No "within"');
    const errors = config.found.filter(({ severity }) => severity === "error");
    return errors.length > 0
      ? errors
      : new RouteJudge(documents, config, bounds);
  }

  /** The servers that routes may be added to, with what each is for. */
  get listeners(): ReadonlyMap<string, Transport> {
    const servers = properties(property(this.#config.root, "servers")?.value);
    return new Map(
      servers.filter(({ name }) => this.#bounds.listeners.has(name))
        // There is a judge only of a config without errors.
        .map((server) => [server.name, transportOf(server)!]),
    );
  }

  /** Says whether a route may be added. Never throws. */
  judge(request: RouteRequest): RouteVerdict {
    const found: Diagnostic[] = [];
    const rule = this.#read(request, found);
    const errors = found.filter(({ severity }) => severity === "error");
    if (rule === null || errors.length > 0) {
      const problems = errors.map((error) => this.#text(error));
      return { ok: false, problems };
    }
    const warnings = found.map((warning) => this.#text(warning));
    return { ok: true, route: { request, rule }, warnings };
  }

  #read(request: RouteRequest, found: Diagnostic[]): BuiltRule | null {
    const { server, protocol, rule, action } = request;
    const text = JSON.stringify({
      servers: { [server]: { [protocol]: { [rule]: action ?? null } } },
    });
    if (text.length > MAX_ROUTE_LENGTH) {
      const message =
        `The route has ${text.length} characters: expected at most ${MAX_ROUTE_LENGTH}`;
      found.push({
        severity: "error",
        message,
        span: { offset: 0, length: 0 },
      });
      return null;
    }
    const parsed = parseSource("route", new TextEncoder().encode(text), {
      base: this.#documents.sources.next,
    });
    addAll(found, parsed.diagnostics);
    if (parsed.root === null) return null;
    const root = writeOut(parsed.root, found);
    addAll(found, checkShape(root, "included"));
    return this.#check(root, found);
  }

  #check(tree: JsonNode, found: Diagnostic[]): BuiltRule | null {
    const { defaults, detectors, bounds, plan } = this.#config;
    const kept: BuiltRule[] = [];
    const root = inConfig(tree, this.#config.root);
    const context = { defaults, detectors, found, kept };
    const listeners = buildServers(root, context);
    addAll(found, lint(root, listeners));
    addAll(found, lintRejects(root));
    addAll(found, checkBoundedFile(tree, this.#bounds));
    const [rule] = kept;
    if (rule === undefined) return null;
    const { trusted, others } = bounds;
    const about = {
      bounds: this.#bounds,
      trusted,
      others,
      prover: new Prover(),
      admin: plan.admin,
    };
    addAll(found, checkBoundedRule(rule, about));
    const same = trusted.findSame(rule) ?? others.findSame(rule);
    if (same !== null) {
      found.push({
        severity: "error",
        message: `Rule ${quoted(rule.key.value)} is in another file`,
        span: spanOf(rule.key),
        related: { message: "here", span: spanOf(same.key) },
      });
    }
    return rule;
  }

  /** A finding with the place in the config that it is about. */
  #text({ message, related }: Diagnostic): string {
    const { sources } = this.#documents;
    return related === undefined || related.span.offset >= sources.next
      ? message
      : `${message} (${
        sources.place(related.span.offset)
      }: ${related.message})`;
  }
}

/** Routes of several owners, none of which may take what another one has. */
export class RouteClaims {
  readonly #claims = new Claims();
  readonly #prover = new Prover();
  readonly #owners = new Map<BuiltRule, string>();

  /**
   * Whose route an owner's route would take connections or hosts from; `null`:
   * nobody's. Routes of one owner only must not be the same.
   */
  conflict({ rule }: JudgedRoute, owner: string): string | null {
    const same = this.#claims.findSame(rule);
    if (same !== null) return this.#owners.get(same)!;
    const counts = (other: BuiltRule) => this.#owners.get(other) !== owner;
    const hosts = hostsOf(rule.conditions);
    if (hosts.length === 0) {
      const other = this.#claims.findBehind(rule, this.#prover, counts);
      return other === null ? null : this.#owners.get(other)!;
    }
    for (const host of hosts) {
      if (host.form === "pattern") continue;
      const taken = this.#claims.findHost(host, { counts });
      if (taken !== null) return this.#owners.get(taken.owner)!;
    }
    return null;
  }

  /** Why there is no room for one more such route, in words; `null`: there is. */
  fullness({ rule }: JudgedRoute): string | null {
    const isFull = this.#claims.withoutHost >= MAX_WITHOUT_HOST &&
      hostsOf(rule.conditions).length === 0;
    return isFull
      ? `there are ${MAX_WITHOUT_HOST} rules without a condition on the host already`
      : null;
  }

  /** Adds a route that is in no conflict. */
  add({ rule }: JudgedRoute, owner: string): void {
    this.#owners.set(rule, owner);
    this.#claims.add(rule);
  }
}

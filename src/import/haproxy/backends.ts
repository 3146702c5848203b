/**
 * Backends as actions.
 *
 * @module
 */
import type { Json } from "../entry.ts";
import { type Note, type Origin, quoted } from "../origin.ts";
import { type Action, REJECT } from "../ordered/actions.ts";
import { milliseconds } from "./durations.ts";
import { serverAddress } from "./hosts.ts";
import type { Proxy } from "./proxies.ts";
import {
  readParams,
  readServer,
  type Server,
  type ServerContext,
  type ServerParams,
} from "./servers.ts";
import {
  readTemplate,
  type Template,
  type TemplateContext,
} from "./server_templates.ts";
import {
  checkNotes,
  sharedFields,
  targetsOf,
  upstreamFields,
} from "./targets.ts";
import { originOf } from "./words.ts";

/** `balance` in both programs. */
const BALANCE: Readonly<Record<string, string>> = {
  roundrobin: "round_robin",
  "static-rr": "round_robin",
  leastconn: "least_connections",
  source: "source_hash",
  random: "random",
};

/** Which action of a backend is meant. */
export interface ActionChoice {
  /** The port that clients connect to. */
  readonly port: number | null;
  /** Its timeouts. */
  readonly fields: Readonly<Record<string, Json>>;
  /** The only server that is used; absent: all of them. */
  readonly only?: Server;
}

/** A backend, ready to become actions. */
export class Backend {
  readonly proxy: Proxy;
  readonly servers: readonly Server[];
  readonly #actions = new Map<string, Action>();
  readonly #context: TemplateContext;
  readonly #notes: Note[] = [];
  /** What its `server-template` stands for. */
  readonly #template: Template | null;
  readonly #balance: string | null;
  readonly #checkTimeout: number | null;
  #first = false;

  /** Reads a backend. */
  constructor(proxy: Proxy, context: Omit<TemplateContext, "note">) {
    const note = (origin: Origin, text: string) => {
      this.#notes.push({ origin, text });
    };
    this.#context = { ...context, note };
    this.proxy = proxy;
    const defaults = readDefaults(proxy, this.#context);
    this.servers = readServers(proxy, defaults, this.#context);
    this.#template = readTemplate(proxy, defaults, this.#context);
    this.#balance = this.#readBalance();
    const check = proxy.setting("timeout", "check")?.[2];
    this.#checkTimeout = milliseconds(check, context.problems);
    checkNotes(this.servers, { note });
  }

  /** The notes of all its actions. */
  get allNotes(): Note[] {
    return [...this.#actions.values()].flatMap(({ notes }) => notes);
  }

  /** What is done with connections for it. */
  action({ port, fields, only }: ActionChoice): Action {
    // A server that is chosen by name gets connections whatever its weight.
    const servers = only === undefined
      ? this.servers
      : [{ ...only, params: { ...only.params, weight: 1, backup: false } }];
    const isSame = this.proxy.setting("dispatch") === undefined &&
      servers.every(({ address }) => /[^:\]]:\d+$|^\/|@\//.test(address.text));
    const key = JSON.stringify([isSame ? null : port, only?.name.text, fields]);
    const known = this.#actions.get(key);
    if (known !== undefined) return known;
    const notes = [...this.#notes];
    const json = this.#build(servers, { port, fields, notes });
    const action = { json, notes };
    this.#actions.set(key, action);
    return action;
  }

  #build(
    servers: readonly Server[],
    { port, fields, notes }: ActionChoice & { readonly notes: Note[] },
  ): Json {
    const note = (origin: Origin, text: string) => {
      notes.push({ origin, text });
    };
    const { disabled } = this.proxy;
    const upstream = disabled
      ? null
      : this.#template === null
      ? this.#upstream(servers, { port, note })
      : this.#found(this.#template);
    if (upstream === null) {
      note(
        originOf(this.proxy.section.head),
        `The backend ${quoted(this.proxy.name.text)} ${
          disabled ? "is disabled" : "has no server that can be used"
        }: it is a REJECT here`,
      );
      return REJECT.json;
    }
    const all = { ...upstream, ...fields };
    return Object.keys(all).length === 1 && typeof all.to_addr === "string"
      ? all.to_addr
      : { action: "FORWARD", ...all };
  }

  /** The targets that DNS tells; a name without a service is one. */
  #found({ fields, params }: Template): Record<string, Json> {
    return {
      ...fields,
      ...sharedFields([params], {
        balance: "within" in fields ? this.#balance : null,
        checkTimeout: this.#checkTimeout,
      }),
    };
  }

  #upstream(
    servers: readonly Server[],
    context: { port: number | null; note: ServerContext["note"] },
  ): Record<string, Json> | null {
    const targets = targetsOf(servers, context).map((target, index) =>
      // The first one is used as long as it is up.
      this.#first && index > 0 ? { ...target, backup: true } : target
    );
    const backups = targets.filter(({ backup }) => backup).length;
    if (backups > 1 && this.proxy.option("allbackups") === undefined) {
      context.note(
        originOf(this.proxy.section.head),
        `Of the ${backups} backups HAProxy uses the first one that is up, passthru all of them`,
      );
    }
    const dispatch = this.proxy.setting("dispatch");
    if (targets.length > 0) {
      if (dispatch !== undefined) {
        context.note(originOf(dispatch), '"dispatch" is for want of servers');
      }
      return upstreamFields(targets, {
        balance: this.#balance,
        checkTimeout: this.#checkTimeout,
      });
    }
    const address = dispatch?.[1];
    const found = address && serverAddress(address.text, context.port);
    return found === undefined || typeof found === "string"
      ? null
      : { to_addr: found.target };
  }

  #readBalance(): string | null {
    const line = this.proxy.setting("balance");
    const algorithm = line?.[1];
    if (line === undefined || algorithm === undefined) return null;
    this.#context.ledger.useAll(line);
    const name = /^[\w-]*/.exec(algorithm.text)![0];
    if (Object.hasOwn(BALANCE, name)) return BALANCE[name]!;
    this.#first = name === "first";
    this.#context.note(
      algorithm.origin,
      this.#first
        ? '"balance first": the first target that is up is used, whatever connections it has'
        : `${
          quoted(`balance ${algorithm.text}`)
        } has no equivalent: "round_robin" is used`,
    );
    return null;
  }
}

/** What `default-server` says. */
function readDefaults(proxy: Proxy, context: ServerContext): ServerParams {
  const defaults: ServerParams = {};
  for (const line of proxy.all("default-server")) {
    readParams(line.slice(1), defaults, context);
  }
  return defaults;
}

function readServers(
  proxy: Proxy,
  defaults: ServerParams,
  context: ServerContext,
): Server[] {
  return proxy.own("server").flatMap((line) => {
    const server = readServer(line, defaults, context);
    return server === null ? [] : [server];
  });
}

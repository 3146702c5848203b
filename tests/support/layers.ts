/**
 * The layers of `src/`, and who may import whom: what a test enforces and
 * `src/README.md` shows.
 */

/** Files of `src/`, by a pattern and in words. */
interface Files {
  readonly pattern: RegExp;
  /** For the documentation: `` `net/` ``. */
  readonly text: string;
}

/** A part of the program, and what it may import and use. */
export interface Layer extends Files {
  /** What it is for, in a few words. */
  readonly about: string;
  /** Files of other layers that it may import; its own it may always. */
  readonly mayImport: readonly Files[];
  /** npm packages and `node:` modules that it may import. */
  readonly packages: readonly string[];
  /** Whether it may use `Deno.*`. */
  readonly deno: boolean;
}

/** All files of a folder. */
function folder(name: string): Files {
  return { pattern: new RegExp(`^${name}/`), text: `\`${name}/\`` };
}

/** Single files of a folder, by their names without `.ts`. */
function files(folder: string, ...names: readonly string[]): Files {
  const stem = names.length === 1 ? names[0] : `{${names.join(",")}}`;
  return {
    pattern: new RegExp(`^${folder}/(?:${names.join("|")})\\.ts$`),
    text: `\`${folder}/${stem}.ts\``,
  };
}

const ERRORS: Files = { pattern: /^errors\.ts$/, text: "`errors.ts`" };
const ADDRESS = folder("address");
const DETECT = folder("detect");
const RULE = folder("rule");
const CONFIG = folder("config");
const NET = folder("net");
const OBSERVE = folder("observe");
const MODULES = folder("modules");
const UPSTREAM = folder("upstream");
const PROXY = folder("proxy");
const DATAGRAM = folder("datagram");
const CONTROL = folder("control");
const EXPLAIN = folder("explain");
/** The types of the Plan, and what is known of them without a config. */
const PLAN: Files = {
  pattern:
    /^config\/(plan|forward_plan|log_plan|address|unix_address|target_places|routes|scopes|datagram_scopes|targets|within)\.ts$/,
  text: "the Plan",
};

/** The first layer that a file fits is its own. */
export const LAYERS: readonly Layer[] = [
  {
    pattern: /^std\.d\.ts$/,
    text: "`std.d.ts`",
    about: "types of the standard library's npm build",
    mayImport: [],
    packages: [],
    deno: false,
  },
  {
    ...ERRORS,
    about: "the errors that callers catch, and the reasons why connections end",
    mayImport: [],
    packages: [],
    deno: false,
  },
  {
    ...ADDRESS,
    about: "IP addresses and blocks of them",
    mayImport: [],
    packages: [],
    deno: false,
  },
  {
    ...DETECT,
    about: "bytes in, verdict out: the detectors and what runs them",
    mayImport: [ERRORS],
    packages: [],
    deno: false,
  },
  {
    ...RULE,
    about: "conditions, their order, and which rules can never win",
    mayImport: [DETECT, ADDRESS, ERRORS],
    packages: [],
    deno: false,
  },
  {
    ...files("config", "source"),
    about: "JSONC with the position of each value",
    mayImport: [CONFIG],
    packages: ["jsonc-parser"],
    deno: false,
  },
  {
    pattern: /^config\/(?:[a-z]+_)?schema(?:_parts)?\.ts$/,
    text: "`config/*schema*.ts`",
    about: "the shape of the config",
    mayImport: [CONFIG],
    packages: ["valibot"],
    deno: false,
  },
  {
    ...CONFIG,
    about: "from a config file to a frozen Plan, with all that is wrong",
    mayImport: [
      files(
        "detect",
        "detector",
        "registry",
        "rule_grammar",
        "declared",
        "linear_regex_parser",
        "near_names",
      ),
      RULE,
      ADDRESS,
      ERRORS,
    ],
    packages: [],
    deno: false,
  },
  {
    ...NET,
    about: "accept, peek, dial, forward, the PROXY protocol",
    mayImport: [ADDRESS, ERRORS],
    packages: [],
    deno: true,
  },
  {
    ...files("observe", "detection"),
    about: "how long detection took, in shared memory",
    mayImport: [],
    packages: ["node:buffer"],
    deno: false,
  },
  {
    ...OBSERVE,
    about: "the report of each connection, log, metrics, OpenTelemetry",
    mayImport: [ERRORS],
    packages: [],
    deno: true,
  },
  {
    ...files("testing", "fast_check"),
    about: "the one place that names the property tester",
    mayImport: [],
    packages: ["npm:fast-check@4.10.2"],
    deno: false,
  },
  {
    // Nothing else imports it.
    ...folder("testing"),
    about: "checks for the tests of detectors, those of users too",
    mayImport: [DETECT, ERRORS],
    packages: ["@std/assert"],
    deno: true,
  },
  {
    ...MODULES,
    about: "detectors from modules of the user, in a sandbox",
    mayImport: [DETECT, files("net", "free_descriptors"), ERRORS],
    packages: [],
    deno: true,
  },
  {
    ...files("upstream/discovery", "dns_message"),
    about: "DNS messages",
    mayImport: [ERRORS],
    packages: ["dns-packet", "node:buffer"],
    deno: false,
  },
  {
    pattern:
      /^upstream\/(balance|dial_outcome|found_targets|last_dial|own_addresses|source_hash|upstream|target_(board|health|memory|state|table))\.ts$/,
    text: "the pure part of `upstream/`",
    about: "which target is next, and what is known of each",
    mayImport: [PLAN, ERRORS],
    packages: [],
    deno: false,
  },
  {
    ...UPSTREAM,
    about: "targets: dialling, checking, finding them by DNS",
    mayImport: [
      NET,
      OBSERVE,
      files("detect", "detector", "host"),
      PLAN,
      ADDRESS,
      ERRORS,
    ],
    packages: ["@std/async/delay"],
    deno: true,
  },
  {
    pattern: /^proxy\/(?:router\.ts$|limits\/|answers\/)/,
    text: "`proxy/router.ts`, `proxy/limits/` and `proxy/answers/`",
    about: "the route of an identified connection, limits, what a refusal says",
    mayImport: [
      files("proxy", "choice", "to_all"),
      DETECT,
      RULE,
      PLAN,
      ADDRESS,
      ERRORS,
    ],
    packages: [],
    deno: false,
  },
  {
    ...PROXY,
    about: "the data plane: a server, and a session for each connection",
    mayImport: [UPSTREAM, NET, DETECT, OBSERVE, RULE, PLAN, ADDRESS, ERRORS],
    packages: [],
    deno: true,
  },
  {
    ...files(
      "datagram",
      "address",
      "answers",
      "flow_decision",
      "flow_group",
      "flow_ids",
      "flow_table",
      "held_datagrams",
      "name_cache",
      "quic_ids",
      "receive_buffers",
      "silenced",
      "wireguard_ids",
    ),
    about:
      "which flow a datagram belongs to, what is held, and what goes first",
    mayImport: [
      DATAGRAM,
      files("proxy", "router", "choice"),
      files("upstream", "upstream"),
      DETECT,
      RULE,
      PLAN,
      ERRORS,
    ],
    packages: [],
    deno: false,
  },
  {
    ...DATAGRAM,
    about: "the data plane of UDP: listeners, flows, sockets towards targets",
    mayImport: [
      files("proxy", "router", "choice", "bind"),
      folder("proxy/limits"),
      UPSTREAM,
      NET,
      DETECT,
      OBSERVE,
      RULE,
      PLAN,
      ADDRESS,
      ERRORS,
    ],
    packages: [],
    deno: true,
  },
  {
    ...files("control", "name_lookup"),
    about: "looks names up as the system does",
    mayImport: [],
    packages: ["node:dns/promises"],
    deno: false,
  },
  {
    ...CONTROL,
    about: "the control plane: sockets, workers, generations, reload",
    mayImport: [
      PROXY,
      DATAGRAM,
      UPSTREAM,
      NET,
      OBSERVE,
      DETECT,
      files("modules", "module_entry"),
      PLAN,
      ADDRESS,
      ERRORS,
    ],
    packages: ["@std/async/delay"],
    deno: true,
  },
  {
    ...EXPLAIN,
    about: "why a connection goes where it goes; captures; expectations",
    mayImport: [
      DETECT,
      files(
        "config",
        "load",
        "expectation",
        "diagnostics",
        "reject_text",
        "routes",
        "units",
      ),
      files("proxy", "router", "choice"),
      files("observe", "log"),
      RULE,
      PLAN,
      ADDRESS,
      ERRORS,
    ],
    packages: [],
    deno: false,
  },
  {
    ...files("import/traefik", "yaml_tree", "toml_tree"),
    about: "YAML and TOML with the position of each value",
    mayImport: [folder("import"), files("config", "diagnostics")],
    packages: ["node:process", "toml-eslint-parser", "yaml"],
    deno: false,
  },
  {
    ...folder("import"),
    about: "configs out of the files of other programs",
    mayImport: [
      DETECT,
      RULE,
      files("config", "load", "diagnostics", "source"),
      ADDRESS,
      ERRORS,
    ],
    packages: [],
    deno: false,
  },
  {
    ...files(
      "containers",
      "container",
      "engine_event",
      "include_text",
      "labels",
      "line_splitter",
      "pending",
      "route_picker",
      "settle",
      "wanted_route",
    ),
    about: "which routes the labels of containers ask for, and who gets them",
    mayImport: [
      files("config", "address", "rule_tokens"),
      files("config/include", "judge"),
      DETECT,
      ERRORS,
    ],
    packages: [],
    deno: false,
  },
  {
    ...folder("containers"),
    about: "asking a container engine which containers there are",
    mayImport: [OBSERVE, ERRORS],
    packages: ["@std/async/delay", "node:http"],
    deno: false,
  },
  {
    ...folder("admin/page"),
    about: "the live page, joined to one file when it is served",
    mayImport: [],
    packages: ["node:crypto"],
    deno: false,
  },
  {
    // Imported by what serves with an admin server alone: HTTP takes a while
    // to load.
    ...files("admin", "conn_stream", "http_exchange", "http_server"),
    about: "HTTP on connections that are accepted here",
    mayImport: [folder("admin")],
    packages: ["node:http", "node:stream"],
    deno: true,
  },
  {
    ...folder("admin"),
    about: "the admin server and its API, and a client of it",
    mayImport: [
      files("net", "accept"),
      OBSERVE,
      CONTROL,
      UPSTREAM,
      EXPLAIN,
      files("modules", "module_digest", "sandbox"),
      CONFIG,
      DETECT,
      ADDRESS,
      ERRORS,
    ],
    packages: ["@std/async/delay"],
    deno: true,
  },
  {
    pattern: /^(?:keeper|worker|datagram_worker)\.ts$/,
    text: "`worker.ts`, `datagram_worker.ts` and `keeper.ts`",
    about: "where workers begin",
    mayImport: [CONTROL, DETECT, files("modules", "module_entry")],
    packages: [],
    deno: false,
  },
  {
    pattern: /^mod\.ts$/,
    text: "`mod.ts`",
    about: "the library",
    mayImport: [DETECT, CONFIG, RULE, PROXY, UPSTREAM, OBSERVE, ERRORS],
    packages: [],
    deno: false,
  },
  {
    ...folder("cli"),
    about: "the commands",
    mayImport: [{
      pattern: /^(?!testing\/)/,
      text: "everything but `testing/`",
    }],
    packages: [
      "@std/async/delay",
      "@std/async/pool",
      "@std/cli/parse-args",
      "node:fs",
      "node:path",
      "node:url",
    ],
    deno: true,
  },
  {
    ...folder("demo"),
    about: "`deno task demo`",
    mayImport: [{ pattern: /./, text: "everything" }],
    packages: ["@std/async/delay"],
    deno: true,
  },
];

/** The layers as a list for `src/README.md`. */
export function layerList(): string {
  return LAYERS.map(({ text, about, mayImport, packages, deno }) => {
    const may = [
      mayImport.length === 0
        ? "imports no other"
        : `may import ${mayImport.map(({ text }) => text).join(", ")}`,
      ...packages.length === 0
        ? []
        : [`packages: ${packages.map((name) => `\`${name}\``).join(", ")}`],
      ...deno ? ["may use `Deno`"] : [],
    ];
    return `- **${text}**: ${about}. ${capital(may.join("; "))}.`;
  }).join("\n");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

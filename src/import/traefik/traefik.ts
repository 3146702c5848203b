/**
 * Imports the TCP and UDP routers of Traefik's file provider.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import { BUILTINS } from "../../detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../detect/datagram_builtins.ts";
import { ImportedConfig } from "../imported_config.ts";
import {
  type ImportHints,
  type ImportOutcome,
  type OtherFiles,
  Problems,
} from "../importer.ts";
import { DeclaredDetectors } from "../ordered/declared_detectors.ts";
import { Notes } from "../ordered/notes.ts";
import { type ObjectReader, TreeReader } from "../tree/reader.ts";
import type { Tree } from "../tree/tree.ts";
import { EntryPoints } from "./entry_points.ts";
import { Middlewares } from "./middlewares.ts";
import { tcpServers, udpServers } from "./servers.ts";
import { Services } from "./services.ts";
import { tomlTree } from "./toml_tree.ts";
import { yamlTree } from "./yaml_tree.ts";

const TITLE = "a config of Traefik's file provider";

/** Imports a file of Traefik, in YAML or TOML. */
export function importTraefik(
  source: SourceText,
  _others: OtherFiles,
  { entryPoints = new Map() }: ImportHints = {},
): ImportOutcome {
  const problems = new Problems();
  const config = new ImportedConfig();
  const tree = isToml(source)
    ? tomlTree(source, problems)
    : yamlTree(source, problems);
  if (tree !== null) importTree(tree, { config, problems, entryPoints });
  return { config, problems: problems.all, title: TITLE };
}

/** Tables in brackets, or names with `=`, are TOML. */
function isToml({ file, text }: SourceText): boolean {
  if (/\.toml$/i.test(file)) return true;
  if (/\.ya?ml$/i.test(file)) return false;
  return /^\s*(?:\[[\w."-]+\]|[\w."-]+\s*=)/m.test(text.slice(0, 65536)) &&
    !/^\w+:\s*$/m.test(text.slice(0, 65536));
}

interface Parts {
  readonly config: ImportedConfig;
  readonly problems: Problems;
  readonly entryPoints: ReadonlyMap<string, string>;
}

function importTree(
  tree: Tree,
  { config, problems, entryPoints: given }: Parts,
): void {
  const reader = new TreeReader(problems);
  const root = reader.object(tree, "");
  if (root === null) return;
  const notes = new Notes();
  const note: Notes["add"] = (origin, text) => notes.add(origin, text);
  const entryPoints = new EntryPoints(root, given, problems);
  const v2 = root.object("core")?.text("defaultRuleSyntax") === "v2";
  const detectors = new DeclaredDetectors([...BUILTINS, ...DATAGRAM_BUILTINS]);
  const context = {
    config,
    notes,
    note,
    problems,
    entryPoints,
    registry: detectors.registry(),
    v2,
  };
  const tcp = root.object("tcp");
  if (tcp !== null) {
    tcpServers(tcp, {
      ...context,
      services: servicesOf(tcp),
      middlewares: new Middlewares(tcp, problems),
    });
  }
  const udp = root.object("udp");
  if (udp !== null) udpServers(udp, { ...context, services: servicesOf(udp) });
  for (const { origin, text } of notes.take()) {
    notes.write(config.root, origin, text);
  }
  for (const { origin, text } of reader.leftovers(tree, "", reasonOf)) {
    notes.write(config.root, origin, text);
  }
}

function servicesOf(section: ObjectReader): Services {
  const byName = (name: string) =>
    new Map(
      section.objects(name).map(([field, object]) => [field.name, object]),
    );
  return new Services({
    services: byName("services"),
    transports: byName("serversTransports"),
  });
}

/** Why something has no equivalent, by its path. */
function reasonOf(path: string): string | undefined {
  const [first] = path.split(".");
  const reasons: Readonly<Record<string, string>> = {
    http:
      "passthru forwards connections and does not read the requests in them",
    tls: "passthru does not decrypt",
    providers: "import one file after the other",
    api: '"admin" serves a status page and metrics',
    metrics: '"admin" serves metrics',
    log: '"log" of passthru is set otherwise',
    accessLog: "the log has a line for each connection",
    certificatesResolvers: "passthru does not decrypt",
  };
  if (Object.hasOwn(reasons, first!)) return reasons[first!];
  if (/\.middlewares\./.test(path)) {
    return "no router that was imported uses it, or there is no such middleware in passthru";
  }
  if (/\.services\..+\.(?:loadBalancer|weighted)$/i.test(path)) {
    return "no router that was imported uses it";
  }
  return undefined;
}

/**
 * Imports the layer 4 app of a Caddy config in JSON.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import { BUILTINS } from "../../detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../detect/datagram_builtins.ts";
import { ImportedConfig } from "../imported_config.ts";
import { type ImportOutcome, type OtherFiles, Problems } from "../importer.ts";
import { DeclaredDetectors } from "../ordered/declared_detectors.ts";
import { Notes } from "../ordered/notes.ts";
import { TreeReader } from "../tree/reader.ts";
import { jsonTree } from "./json_tree.ts";
import { writeServer } from "./servers.ts";

/** Imports a config of Caddy. */
export function importCaddy(
  source: SourceText,
  _others: OtherFiles,
): ImportOutcome {
  const problems = new Problems();
  const config = new ImportedConfig();
  const title = "a layer 4 config of Caddy";
  if (isCaddyfile(source.text)) {
    problems.add(
      { source, span: { offset: 0, length: 1 } },
      'The file is a Caddyfile: expected JSON, as "caddy adapt --config Caddyfile" prints it',
    );
    return { config, problems: problems.all, title };
  }
  const tree = jsonTree(source, problems);
  const reader = new TreeReader(problems);
  const root = tree === null ? null : reader.object(tree, "");
  if (tree === null || root === null) {
    return { config, problems: problems.all, title };
  }
  const notes = new Notes();
  const detectors = new DeclaredDetectors([...BUILTINS, ...DATAGRAM_BUILTINS]);
  const layer4 = root.object("apps")?.object("layer4");
  for (const [field, server] of layer4?.objects("servers") ?? []) {
    const context = { config, problems, notes, reader, detectors };
    writeServer(field, server, context);
  }
  detectors.write(config);
  for (const { origin, text } of notes.take()) {
    notes.write(config.root, origin, text);
  }
  for (const { origin, text } of reader.leftovers(tree, "", reasonOf)) {
    notes.write(config.root, origin, text);
  }
  return { config, problems: problems.all, title };
}

/** JSON begins with a brace and a quote, a Caddyfile with one and a word. */
function isCaddyfile(text: string): boolean {
  return !/^\s*(?:\{\s*(?:["}]|$)|\[|$)/.test(text.slice(0, 4096));
}

/** Why something has no equivalent, by its path. */
function reasonOf(path: string): string | undefined {
  const reasons: Readonly<Record<string, string>> = {
    "apps.http":
      "passthru forwards connections and does not read the requests in them",
    "apps.tls": "passthru does not decrypt",
    "apps.pki": "passthru does not decrypt",
    admin: '"admin" of passthru has an address of its own',
    logging: '"log" of passthru is set otherwise',
    storage: "passthru stores nothing",
  };
  return Object.hasOwn(reasons, path) ? reasons[path] : undefined;
}

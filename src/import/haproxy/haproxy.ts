/**
 * Imports an HAProxy config: its frontends in `mode tcp`.
 *
 * @module
 */
import type { SourceText } from "../../config/diagnostics.ts";
import { BUILTINS } from "../../detect/builtins.ts";
import { ImportedConfig } from "../imported_config.ts";
import { type ImportOutcome, type OtherFiles, Problems } from "../importer.ts";
import { DeclaredDetectors } from "../ordered/declared_detectors.ts";
import { wholeNumber } from "./durations.ts";
import { Frontends } from "./frontends.ts";
import { Ledger } from "./ledger.ts";
import { leftovers } from "./leftovers.ts";
import { Notes } from "../ordered/notes.ts";
import { PatternFiles } from "./pattern_files.ts";
import { type Proxies, proxiesOf, type Proxy } from "./proxies.ts";
import { type Section, sectionsOf } from "./sections.ts";
import { writeResolvers } from "./resolvers.ts";
import { Timeouts } from "./timeouts.ts";
import { writeServers } from "./write_servers.ts";
import { originOf, textOf } from "./words.ts";
import { type Note, quoted } from "../origin.ts";

/** Imports an HAProxy config. */
export async function importHaproxy(
  source: SourceText,
  others: OtherFiles,
): Promise<ImportOutcome> {
  const problems = new Problems();
  const { sections, notes } = sectionsOf(source, problems);
  const files = await PatternFiles.read(sections, source, others);
  const config = new ImportedConfig();
  for (const { origin, text } of notes) config.root.note(origin, text);
  new HaproxyImport({ config, problems, files }).run(sections);
  return { config, problems: problems.all, title: "an HAProxy config" };
}

interface Parts {
  readonly config: ImportedConfig;
  readonly problems: Problems;
  readonly files: PatternFiles;
}

class HaproxyImport {
  readonly #parts: Parts;
  readonly #ledger = new Ledger();
  readonly #detectors = new DeclaredDetectors(BUILTINS);

  readonly #resolvers = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  run(sections: readonly Section[]): void {
    const { config, problems } = this.#parts;
    const proxies = proxiesOf(sections, { problems, ledger: this.#ledger });
    this.#global(sections);
    const frontends = proxies.frontends.filter((proxy) =>
      this.#isServed(proxy)
    );
    const timeouts = this.#timeouts(frontends, proxies);
    const notes = new Notes();
    const translator = new Frontends({
      ...this.#parts,
      ledger: this.#ledger,
      detectors: this.#detectors,
      backends: proxies.backends,
      timeouts,
      resolvers: this.#resolvers,
      registry: () => this.#detectors.registry(),
      note: (origin, text) => notes.add(origin, text),
    });
    for (const proxy of frontends) {
      const servers = translator.servers(proxy);
      const [first] = writeServers(config, servers, { problems, notes });
      const own = leftovers(proxy.section, this.#ledger);
      for (const { origin, text } of [...notes.take(), ...own]) {
        notes.write(first ?? config.root, origin, text);
      }
    }
    this.#detectors.write(config);
    if (config.servers.length === 0) this.#nothing(proxies.frontends);
    this.#rest(sections, {
      used: translator.used,
      notes,
      backendNotes: translator.backendNotes,
    });
  }

  #global(sections: readonly Section[]): void {
    const { config, problems } = this.#parts;
    for (const { kind, lines } of sections) {
      if (kind !== "global") continue;
      for (const [keyword, value] of lines) {
        if (keyword.text !== "maxconn" || value === undefined) continue;
        if (value.variables.length > 0) continue;
        this.#ledger.use(keyword, value);
        const most = wholeNumber(value, problems);
        if (most !== null && most > 0) {
          config.set("max_connections", most, keyword.origin);
        }
      }
    }
  }

  /** Whether a frontend is imported; if not there is a note. */
  #isServed(proxy: Proxy): boolean {
    const why = proxy.disabled
      ? "it is disabled"
      : proxy.mode === "tcp"
      ? null
      : `its mode is ${
        quoted(proxy.mode)
      }: passthru forwards connections and does not read the requests in them`;
    if (why === null) return true;
    this.#leaveOut(proxy.section, why);
    return false;
  }

  /** Why there is nothing to import. */
  #nothing(frontends: readonly Proxy[]): void {
    const { problems } = this.#parts;
    if (problems.all.length > 0) return;
    for (const { section: { head }, mode } of frontends) {
      problems.add(
        originOf(head),
        mode === "tcp"
          ? `${
            quoted(textOf(head))
          } cannot be imported: it decrypts, is disabled, or has no address that passthru can listen on`
          : `${quoted(textOf(head))} cannot be imported: its mode is ${
            quoted(mode)
          }, expected "tcp"`,
      );
    }
  }

  #leaveOut({ head, lines }: Section, why: string): void {
    this.#ledger.useAll([head, ...lines].flat());
    const { config } = this.#parts;
    const text = `${quoted(textOf(head))} is left out: ${why}`;
    config.root.note(originOf(head), text);
  }

  #timeouts(frontends: readonly Proxy[], { backends }: Proxies): Timeouts {
    const { config, problems } = this.#parts;
    const timeouts = new Timeouts({
      frontends,
      backends: [...backends.values()].filter((proxy) =>
        proxy.mode === "tcp" && !proxy.disabled
      ),
    }, problems);
    timeouts.write(config);
    return timeouts;
  }

  /** What no frontend needs. */
  #rest(
    sections: readonly Section[],
    { used, notes, backendNotes }: {
      used: ReadonlySet<string>;
      notes: Notes;
      backendNotes: readonly Note[];
    },
  ): void {
    const { config } = this.#parts;
    const { root } = config;
    const known = new Set(["global", "defaults", "backend", "listen"]);
    for (const section of sections) {
      const { kind, name } = section;
      if (kind === "frontend") continue;
      if (kind === "resolvers" && this.#resolvers.has(name?.text ?? "")) {
        writeResolvers(section, { config, ledger: this.#ledger });
      } else if (!known.has(kind)) {
        this.#leaveOut(section, "there is no such section in passthru");
      } else if (kind === "backend" && !used.has(name?.text ?? "")) {
        this.#leaveOut(section, "no frontend that was imported uses it");
      }
      for (const { origin, text } of leftovers(section, this.#ledger)) {
        notes.write(root, origin, text);
      }
    }
    // Of backends whose rules could not be written, too.
    for (const { origin, text } of [...notes.take(), ...backendNotes]) {
      notes.write(root, origin, text);
    }
  }
}

/**
 * A real HAProxy with a config and passthru with what is imported from it send
 * the same clients to the same targets.
 */
import { assert, assertEquals } from "@std/assert";
import { isKnown } from "./differences.ts";
import { startDaemon, tempFolder } from "../../support/daemon.ts";
import { freePorts } from "../../support/free_ports.ts";
import { importText } from "../../support/imports.ts";
import { NamedTargets } from "../../support/named_targets.ts";
import { serveConfig } from "../../support/passthru.ts";
import { programTest } from "../../support/programs.ts";
import { differing } from "../../support/same_targets.ts";
import {
  corpusOpenings,
  madeOpenings,
} from "../../support/routing_openings.ts";

const ORIGINALS = new URL("originals/", import.meta.url);
const NAMES = ["one", "two", "three", "four", "five"];
/** How long both wait for clients that do not send enough. */
const DELAY = "1s";

const ORIGINAL_FILES = [
  "sni.cfg",
  "ssh_tls_http.cfg",
  "order.cfg",
  "acme.cfg",
  "map.cfg",
  "desktops.cfg",
  "backend_rules.cfg",
];
/** Of so many flows of the corpus one is tried: each has been once. */
const EVERY = 6;

/** An original with its ports. */
async function originalText(
  file: string,
  { targets, listen, folder }: {
    readonly targets: NamedTargets;
    readonly listen: number;
    readonly folder: string;
  },
): Promise<string> {
  const text = await Deno.readTextFile(new URL(file, ORIGINALS));
  return targets.filled(text, { listen, folder, delay: DELAY });
}

/** The imported config, on a port that the system chooses. */
async function imported(text: string, file: string, folder: string) {
  const map = `${folder}/hosts.map`;
  const { config, problems } = await importText(text, {
    format: "haproxy",
    file,
    files: { [map]: await Deno.readTextFile(map) },
  });
  assertEquals(problems, []);
  const [server, ...others] = Object.values(config.servers);
  assertEquals(others, []);
  return { ...config, servers: { "127.0.0.1:0": server } };
}

for (const file of ORIGINAL_FILES) {
  programTest(
    ["haproxy"],
    `the import of ${file} decides as HAProxy does`,
    async () => {
      await using targets = new NamedTargets(NAMES);
      await using folder = await tempFolder();
      const [listen] = freePorts(1) as [number];
      const text = await originalText(file, {
        targets,
        listen,
        folder: folder.path,
      });
      const original = `${folder.path}/haproxy.cfg`;
      await Deno.writeTextFile(original, text);
      await Deno.copyFile(
        new URL("hosts.map", ORIGINALS),
        `${folder.path}/hosts.map`,
      );
      await using _haproxy = await startDaemon({
        program: "haproxy",
        args: ["-db", "-f", original],
        ports: [listen],
      });
      await using passthru = serveConfig(
        await imported(text, original, folder.path),
      );
      const openings = [...madeOpenings(), ...await corpusOpenings(EVERY)];
      const { found, targets: used } = await differing(
        openings.filter(({ name }) => !isKnown(name)),
        [listen, passthru.port],
      );
      assertEquals(found, []);
      assert(used.size > 2, "more than one target is used");
    },
  );
}

/**
 * The real nginx or sslh with a config, and passthru with what is imported of it.
 */
import { startDaemon, startOnFreePorts, tempFolder } from "./daemon.ts";
import { NamedTargets } from "./named_targets.ts";
import { startStreamConfig, streamConfig } from "./nginx_stream.ts";
import { compare, type Openings } from "./same_targets.ts";
import { closedPort } from "./tcp.ts";

/**
 * What is compared. In a config `{port}` is where it listens, `{closed}` a port
 * where nobody does, and `{NAME}` the port of a target.
 */
export interface BesideOptions {
  /** Names of the targets. */
  readonly targets: readonly string[];
  readonly openings: Openings;
}

/** What {@linkcode compare} finds. */
export type Compared = Awaited<ReturnType<typeof compare>>;

/**
 * Compares nginx.
 *
 * @param stream What stands in `stream { }`.
 */
export async function besideNginx(
  stream: string,
  { targets: names, openings, files = {} }: BesideOptions & {
    /** Files that it includes, by their names. */
    readonly files?: Readonly<Record<string, string>>;
  },
): Promise<Compared> {
  await using targets = new NamedTargets(names);
  await using folder = await tempFolder();
  const { path } = folder;
  return await startOnFreePorts(1, async ([port]) => {
    const filled = (text: string) =>
      targets.filled(text, { port: port!, closed: closedPort() });
    const original = filled(streamConfig(path, `access_log off;\n${stream}`));
    const included: Record<string, string> = {};
    for (const [name, content] of Object.entries(files)) {
      included[name] = filled(content);
      await Deno.writeTextFile(`${path}/${name}`, included[name]);
    }
    await using _nginx = await startStreamConfig(path, original, [port!]);
    return await compare({
      port: port!,
      original,
      file: "nginx.conf",
      files: included,
      openings,
    });
  });
}

/**
 * Compares sslh.
 *
 * @param config A config, or a command line in the quotes of a variable.
 */
export async function besideSslh(
  config: string,
  { targets: names, openings, commandLine = false }: BesideOptions & {
    /** Default: `false`. */
    readonly commandLine?: boolean;
  },
): Promise<Compared> {
  await using targets = new NamedTargets(names);
  await using folder = await tempFolder();
  return await startOnFreePorts(1, async ([port]) => {
    const original = targets.filled(config, { port: port! });
    const file = `${folder.path}/sslh.cfg`;
    await Deno.writeTextFile(file, original);
    await using _sslh = await startDaemon({
      // A process for each connection: one for all mixes up many at once.
      program: "sslh",
      args: commandLine
        ? ["-f", ...original.match(/"(.*)"/)![1]!.split(" ")]
        : ["-f", `-F${file}`],
      ports: [port!],
    });
    return await compare({
      port: port!,
      original,
      file: "sslh.cfg",
      openings,
    });
  });
}

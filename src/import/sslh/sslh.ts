/**
 * Imports sslh: its config file, or its command line as it stands in a shell, in
 * Debian's `/etc/default/sslh` or in a unit of systemd.
 *
 * @module
 */
import { type Importer, Problems } from "../importer.ts";
import { isCommandLine, readCommandLine } from "./command_line.ts";
import { readConfigFile } from "./config_file.ts";
import { configOf } from "./servers.ts";

/** The importer. */
export const importSslh: Importer = async (source, others) => {
  const problems = new Problems();
  const context = { others, problems };
  const commandLine = isCommandLine(source.text);
  const read = commandLine ? readCommandLine : readConfigFile;
  const settings = await read(source, context);
  // What follows from a broken file is no help.
  const broken = problems.all.length > 0;
  const config = configOf(settings, broken ? new Problems() : problems);
  const title = `${commandLine ? "a command line" : "a config"} of sslh`;
  return { config, problems: problems.all, title };
};

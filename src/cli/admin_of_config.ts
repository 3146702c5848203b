/**
 * What a config says about its admin server.
 *
 * Read from the file itself and not from the Plan: a passthru goes on with its
 * old config when the file has become bad, and a health check every few seconds
 * should not have to compile ten thousand rules and try expectations.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import {
  type JsonNode,
  MAX_CONFIG_BYTES,
  parseSource,
  property,
} from "../config/source.ts";
import { errorText } from "../errors.ts";
import { readPermitted } from "./read_permitted.ts";

/** The admin server of a config. */
export interface ConfiguredAdmin {
  /** Where it listens, as the config spells it. */
  readonly listen: string;
  /** The file with its token; `null`: it has none. */
  readonly tokenFile: string | null;
}

/** What a token's value begins with. */
const FILE_PREFIX = "file:";

/**
 * Reads `admin` of a config file.
 *
 * @param path As given to `-c`; `-` is standard input.
 * @returns The admin server, or in words why there is none: one line.
 * @throws {PassthruError} `missing_permissions`: Deno does not permit it.
 */
export async function adminOfConfig(
  path: string,
): Promise<ConfiguredAdmin | string> {
  const file = path === "-" ? "<stdin>" : path;
  const bytes = await readPermitted(path);
  if (bytes instanceof Error) {
    return `Cannot read config "${path}": ${errorText(bytes)}`;
  }
  if (bytes.length > MAX_CONFIG_BYTES) return `${file}: too large`;
  const { source, root, diagnostics } = parseSource(file, bytes);
  const wrong = diagnostics.find(({ severity }) => severity === "error");
  if (wrong !== undefined) {
    return `${source.place(wrong.span.offset)}: error: ${wrong.message}`;
  }
  const admin = property(root ?? undefined, "admin")?.value;
  const listen = textIn(admin, "listen");
  if (listen === null) {
    return `${file} has no admin server to ask: expected "admin": { "listen": "127.0.0.1:9901" }`;
  }
  const token = textIn(admin, "token");
  if (token === null) return { listen, tokenFile: null };
  // What stands there instead may be the token itself: it is not shown.
  if (!token.startsWith(FILE_PREFIX)) {
    return `${file}: the token of "admin" is not "file:PATH"`;
  }
  const tokenPath = token.slice(FILE_PREFIX.length);
  return { listen, tokenFile: resolve(folderOf(path), tokenPath) };
}

function textIn(object: JsonNode | undefined, name: string): string | null {
  const value = property(object, name)?.value;
  return value?.type === "string" ? value.value as string : null;
}

function folderOf(path: string): string {
  return path === "-" ? "." : dirname(path);
}

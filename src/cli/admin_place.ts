/**
 * Where a command line says that the admin server is.
 *
 * @module
 */
import {
  formatHostPort,
  type HostPort,
  parseAddress,
} from "../config/address.ts";
import { errorText, PassthruError } from "../errors.ts";
import { adminOfConfig } from "./admin_of_config.ts";
import { UsageError } from "./command.ts";
import { readPermitted } from "./read_permitted.ts";

/** Where to ask, and by which token. */
export interface AdminPlace {
  /** Host and port, as in a URL: `127.0.0.1:9901`, `[::1]:9901`. */
  readonly host: string;
  readonly token?: string;
}

const DEFAULT_ADDRESS = "127.0.0.1:9901";
/** Hosts whose peers an admin server takes for its own machine. */
const LOOPBACK = /^(?:127\.|localhost:|\[::1\])/i;
/** What a token may hold, so that it can stand in a header. */
const TOKEN = /^[\x21-\x7e]+$/;

/** What finding it may be told. */
export interface AdminPlaceOptions {
  /** Whether the token is read. Default: `true`. */
  readonly token?: boolean;
}

/**
 * Finds the admin server: `--admin` is stronger than the config, and
 * `--token-file` than its token.
 *
 * @returns Where it is, or in words why the config or the token is of no use.
 * @throws {UsageError} An option has a wrong value.
 * @throws {PassthruError} `missing_permissions`: a file may not be read.
 */
export async function adminPlace(
  values: ReadonlyMap<string, string>,
  { token = true }: AdminPlaceOptions = {},
): Promise<AdminPlace | string> {
  const admin = values.get("admin");
  const given = admin === undefined ? null : parseHost(admin);
  if (given?.problem !== undefined) {
    throw new UsageError([
      `Invalid value of "--admin": found "${admin}", expected an address such as "${DEFAULT_ADDRESS}": ${given.problem}`,
    ]);
  }
  const config = values.get("config");
  const configured = config === undefined ? null : await adminOfConfig(config);
  if (typeof configured === "string") return configured;
  const { host, problem } = given ??
    parseHost(configured?.listen ?? DEFAULT_ADDRESS);
  if (problem !== undefined) {
    return `${config}: cannot ask the admin server at "${configured?.listen}": ${problem}`;
  }
  if (!token) return { host };
  const named = values.get("token-file");
  if (named !== undefined) return await withToken(host, named);
  const { tokenFile = null } = configured ?? {};
  if (tokenFile === null) return { host };
  return isLoopbackHost(host)
    ? await withTokenIfReadable(host, tokenFile)
    : await withToken(host, tokenFile);
}

/** A host to connect to, or what is wrong with it. */
type ParsedHost =
  | { readonly host: string; readonly problem?: never }
  | { readonly host?: never; readonly problem: string };

/** Reads `host:port` or `http://host:port`. */
function parseHost(text: string): ParsedHost {
  const address = text.replace(/^http:\/\//i, "").replace(/\/$/, "");
  const parsed = parseAddress(address, "listen");
  if (!parsed.ok) return { problem: parsed.problem };
  const { hostname, port } = parsed.address;
  return port === 0
    ? { problem: "the port is chosen at the start, see its log" }
    : { host: reachableHost({ hostname, port }) };
}

/** Where a listening address is to be asked, as in a URL. */
export function reachableHost(
  { hostname, port }: Pick<HostPort, "hostname" | "port">,
): string {
  return formatHostPort(reachable(hostname), port);
}

/** Whether an admin server takes who asks there for its own machine. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host);
}

/** All interfaces are listened on, but nothing can connect to them. */
function reachable(hostname: string): string {
  if (hostname === "" || hostname === "0.0.0.0") return "127.0.0.1";
  const { hostname: canonical } = new URL(
    `http://${formatHostPort(hostname, 1)}`,
  );
  return canonical === "[::]" ? "::1" : hostname;
}

async function withToken(
  host: string,
  file: string,
): Promise<AdminPlace | string> {
  const bytes = await readPermitted(file);
  if (bytes instanceof Error) {
    return `Cannot read the token in "${file}": ${errorText(bytes)}`;
  }
  const token = new TextDecoder().decode(bytes).trim();
  return TOKEN.test(token)
    ? { host, token }
    : `Cannot use the token in "${file}": expected one line of printable ASCII without spaces`;
}

/** On loopback no token is needed, and not everybody may read the config's. */
async function withTokenIfReadable(
  host: string,
  file: string,
): Promise<AdminPlace> {
  try {
    const place = await withToken(host, file);
    if (typeof place !== "string") return place;
  } catch (error) {
    if (!(error instanceof PassthruError)) throw error;
  }
  return { host };
}

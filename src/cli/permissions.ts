/**
 * The permissions that a Plan needs, as flags, and which of them are missing.
 *
 * @module
 */
import {
  datagramNameScopes,
  datagramScopes,
  EVERYWHERE,
} from "../config/datagram_scopes.ts";
import { denyScopes } from "../config/deny_scopes.ts";
import type { Reach } from "../config/load.ts";
import type { AdminPlan } from "../config/admin_plan.ts";
import type { Plan } from "../config/plan.ts";
import { adminScopes, netScopes, socketScopes } from "../config/scopes.ts";
import { UNIX_PREFIX } from "../config/unix_address.ts";
import { PassthruError } from "../errors.ts";
import { type ConfigPlaces, NO_PLACES, readScopes } from "./config_places.ts";
import { probes, resolverScopes } from "./discovery_scopes.ts";

/** Permissions by kind, as the values of the flags. */
export interface Scopes {
  /** Addresses to listen on and to dial. */
  readonly net: readonly string[];
  /** Addresses that an allowed name must not lead to. Default: none. */
  readonly denyNet?: readonly string[];
  /**
   * Files and folders to read: the config, the admin token, the modules of
   * passthru, and Unix sockets.
   */
  readonly read: readonly string[];
  /** Unix sockets, which the runtime wants to read and write. Default: none. */
  readonly write?: readonly string[];
  /** Environment variables to read. Default: none. */
  readonly env?: readonly string[];
}

/** What permissions depend on beside a Plan. */
export interface ScopesContext {
  /** The config file as given to `-c`; `-` needs no permission. */
  readonly file: string;
  /** The files that it names. Default: none. */
  readonly places?: ConfigPlaces;
  /**
   * What files with bounds may come to name, so that a process can serve that
   * later. Default: nothing.
   */
  readonly reach?: Reach;
}

/** The permissions that serving a Plan needs, and no more. */
export async function scopesOf(
  plan: Plan,
  { file, places = NO_PLACES, reach }: ScopesContext,
): Promise<Scopes> {
  const read: string[] = [];
  if (file !== "-") read.push(file);
  read.push(...readScopes(places));
  // The modules of an executable are inside it and need no permission.
  if (!Deno.build.standalone) read.push(sourceFolder());
  for (const { url } of plan.modules) read.push(filePath(new URL(url)));
  const token = plan.admin === undefined
    ? null
    : await tokenOf(plan.admin, file);
  if (token !== null) read.push(token);
  const asked = resolverScopes(plan);
  const write = [
    ...new Set([...socketScopes(plan), ...reach?.sockets ?? []]),
  ];
  read.push(...write);
  const denyNet = denyScopes(plan);
  return {
    net: [
      ...new Set([
        ...netScopes(plan),
        ...datagramScopes(plan),
        ...datagramNameScopes(plan),
        ...adminScopes(plan),
        ...asked.net,
        ...reach?.net ?? [],
        ...(reach?.sockets ?? []).map((path) => UNIX_PREFIX + path),
      ]),
    ].sort(),
    ...(denyNet.length > 0 ? { denyNet } : {}),
    read: [...read, ...asked.read],
    ...(write.length > 0 ? { write } : {}),
  };
}

/** Where the admin token is; not a static import, since many have no admin. */
async function tokenOf(admin: AdminPlan, file: string): Promise<string | null> {
  const { tokenPath } = await import("./admin_token.ts");
  return tokenPath(admin, file);
}

/** The folder of passthru's modules. */
export function sourceFolder(): string {
  return filePath(new URL("..", import.meta.url)).replace(/\/$/, "");
}

/**
 * To be called before a part of passthru is loaded that is not among the modules
 * that Deno reads at each start: Deno asks for a permission to read those. On a
 * terminal it asks once.
 *
 * @throws {PassthruError} `missing_permissions`: they may not be read.
 */
export function requireSources(): void {
  if (Deno.build.standalone) return;
  const path = sourceFolder();
  const { state } = Deno.permissions.requestSync({ name: "read", path });
  if (state === "granted") return;
  const flag = scopeFlags({ net: [], read: [path] }).join("");
  throw new PassthruError(
    `Missing permissions: run with ${flag} too, where the modules of passthru are`,
    { code: "missing_permissions", source: "config" },
  );
}

/** The path of a file URL, its escapes resolved. */
export function filePath(url: URL): string {
  return decodeURIComponent(url.pathname);
}

/**
 * The permissions of these that this process does not have. What is not denied
 * is no obstacle.
 */
export function missingScopes(scopes: Scopes): Scopes {
  return {
    net: scopes.net.filter((scope) =>
      scope === EVERYWHERE ? !granted({ name: "net" }) : !grantedNet(scope)
    ),
    read: scopes.read.filter((path) => !granted({ name: "read", path })),
    write: (scopes.write ?? [])
      .filter((path) => !granted({ name: "write", path })),
  };
}

/** Whether there are none. */
export function isEmpty(scopes: Scopes): boolean {
  return flagLists(scopes).every(([, values]) => values.length === 0);
}

/**
 * Permissions as flags of `deno run`, each quoted for a POSIX shell.
 *
 * @throws {PassthruError} `unnameable`: a flag is a list with commas, so it
 * cannot name a path that holds one.
 */
export function scopeFlags(scopes: Partial<Scopes>): string[] {
  const lists = flagLists(scopes);
  const unnameable = lists.flatMap(([, values]) => values)
    .find((value) => value.includes(","));
  if (unnameable !== undefined) {
    throw new PassthruError(
      `Cannot name "${unnameable}" in an option of Deno: it contains a comma`,
      { code: "unnameable", source: "config" },
    );
  }
  return lists.filter(([, values]) => values.length > 0)
    .map(([flag, values]) =>
      values.includes(EVERYWHERE)
        ? flag
        : shellQuote(`${flag}=${values.join(",")}`)
    );
}

function flagLists(
  { net = [], denyNet = [], read = [], write = [], env = [] }: Partial<Scopes>,
): [string, readonly string[]][] {
  return [
    ["--allow-net", net],
    ["--deny-net", denyNet],
    ["--allow-read", read],
    ["--allow-write", write],
    ["--allow-env", env],
  ];
}

/** A word as a POSIX shell reads it back. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What was found to be granted: nothing here gives a permission back. */
const GRANTED = new Set<string>();
/** How many are remembered. */
const MOST_GRANTED = 50_000;

function granted(descriptor: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}

/** As {@linkcode granted} of the address; that of thousands takes a while. */
function grantedNet(scope: string): boolean {
  if (GRANTED.has(scope)) return true;
  const isGranted = probes(scope).every((host) =>
    granted({ name: "net", host })
  );
  if (isGranted && GRANTED.size < MOST_GRANTED) GRANTED.add(scope);
  return isGranted;
}

/**
 * The permissions that a Plan needs, as flags, and which of them are missing.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import { netScopes } from "../config/scopes.ts";
import { PassthruError } from "../errors.ts";
import type { Isolation } from "./isolation.ts";

/** Permissions by kind, as the values of the flags. */
export interface Scopes {
  /** Addresses to listen on and to dial. */
  readonly net: readonly string[];
  /** Files and folders to read: the config, and what workers are loaded from. */
  readonly read: readonly string[];
}

/**
 * The permissions that serving a Plan needs, and no more.
 *
 * @param file The config file as given to `-c`; `-` needs no permission.
 */
export function scopesOf(
  plan: Plan,
  file: string,
  isolation: Isolation,
): Scopes {
  const read: string[] = [];
  if (file !== "-") read.push(file);
  // The modules of an executable are inside it and need no permission.
  if (isolation === "worker" && !Deno.build.standalone) {
    read.push(sourceFolder());
  }
  for (const { url } of plan.modules) read.push(filePath(new URL(url)));
  return { net: netScopes(plan), read };
}

/** The folder that the worker's modules are in. */
function sourceFolder(): string {
  return filePath(new URL("..", import.meta.url)).replace(/\/$/, "");
}

/** The path of a file URL, its escapes resolved. */
export function filePath(url: URL): string {
  return decodeURIComponent(url.pathname);
}

/** The permissions of these that this process does not have. */
export function missingScopes(scopes: Scopes): Scopes {
  return {
    net: scopes.net.filter((host) => !granted({ name: "net", host })),
    read: scopes.read.filter((path) => !granted({ name: "read", path })),
  };
}

/** Whether there are none. */
export function isEmpty({ net, read }: Scopes): boolean {
  return net.length === 0 && read.length === 0;
}

/**
 * Permissions as flags of `deno run`, each quoted for a POSIX shell.
 *
 * @throws {PassthruError} `unnameable`: a flag is a list with commas, so it
 * cannot name a path that holds one.
 */
export function scopeFlags({ net, read }: Scopes): string[] {
  const unnameable = read.find((path) => path.includes(","));
  if (unnameable !== undefined) {
    throw new PassthruError(
      `Cannot name "${unnameable}" in a flag of Deno: it holds a comma`,
      { code: "unnameable", source: "config" },
    );
  }
  const flags: string[] = [];
  if (net.length > 0) flags.push(`--allow-net=${net.join(",")}`);
  if (read.length > 0) flags.push(`--allow-read=${read.join(",")}`);
  return flags.map(shellQuote);
}

/** A word as a POSIX shell reads it back. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", `'\\''`)}'`;
}

function granted(descriptor: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(descriptor).state === "granted";
}

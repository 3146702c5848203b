/**
 * What a worker may do.
 *
 * @module
 */

/** The options of `new Worker` that narrow its permissions. */
export interface NarrowedOptions {
  readonly deno: { readonly permissions: Deno.PermissionOptionsObject };
}

/**
 * Nothing but the network, and no more of it than this.
 *
 * @param net Scopes, or `inherit`: what the process may reach; `true`: all.
 * @param sockets Paths of Unix sockets. Default: none.
 */
export function narrowedTo(
  net: string[] | "inherit" | true,
  sockets: string[] = [],
): NarrowedOptions {
  const paths = sockets.length > 0 && sockets;
  return {
    deno: {
      permissions: {
        net,
        env: false,
        ffi: false,
        import: false,
        read: paths,
        run: false,
        sys: false,
        write: paths,
      },
    },
  };
}

/**
 * What a worker may reach: the scopes. Where the process itself has only a list,
 * the runtime does not let a worker have a block of addresses from it, not even
 * the same one; the worker then gets that list, and no more.
 */
export function workerNet(scopes: string[]): string[] | "inherit" {
  const unlimited =
    Deno.permissions.querySync({ name: "net" }).state === "granted";
  return !unlimited && scopes.some((scope) => /^[\d.]+\//.test(scope))
    ? "inherit"
    : scopes;
}

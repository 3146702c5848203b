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
 * @param net Scopes, or `inherit`: what the process may reach.
 * @param sockets Paths of Unix sockets. Default: none.
 */
export function narrowedTo(
  net: string[] | "inherit",
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

/**
 * Looking up the names of targets for datagrams, as the system does it.
 *
 * The control plane does it for the worker that serves datagrams: a name that a
 * reload brings would else need a permission that the worker has not, and only
 * another worker, without the flows, could be given it.
 *
 * @module
 */
/**
 * The address that a name leads to, IPv4 first: the worker may not reach IPv6.
 *
 * @throws {Error} When it leads nowhere, or must not be looked up.
 */
export async function lookUpName(hostname: string): Promise<string> {
  // Not a static import: few Plans have such names.
  const { lookup } = await import("node:dns/promises");
  try {
    const found = await lookup(hostname, { all: true });
    const [first] = found.sort((a, b) => a.family - b.family);
    if (first !== undefined) return first.address;
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new Error(
      `${hostname} cannot be looked up${code === undefined ? "" : `: ${code}`}`,
    );
  }
  throw new Error(`${hostname} has no address`);
}

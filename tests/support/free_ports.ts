/** Free ports that must be known before anything is bound. */

/** First and last port to choose from: below those that the system gives out. */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;

/**
 * Ports that are free on all addresses of this machine, all different. Unlike
 * one that was bound as 0 and given back, none is given out by the system to
 * somebody else in the meantime.
 */
export function freePorts(count: number): number[] {
  const ports = new Set<number>();
  while (ports.size < count) {
    const span = LAST_PORT - FIRST_PORT + 1;
    const port = FIRST_PORT + Math.floor(Math.random() * span);
    if (isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "::", port }).close();
    return true;
  } catch {
    return false;
  }
}

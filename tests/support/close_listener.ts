/** Listeners that nobody can connect to any more once they are closed. */
import { until } from "./wait.ts";

/**
 * Closes a listener and waits until connecting to it is refused: see
 * {@linkcode untilRefused}.
 */
export async function closeListener(
  listener: Deno.TcpListener,
): Promise<void> {
  const { addr } = listener;
  listener.close();
  await untilRefused(addr);
}

/** Where a listener is. Default of the hostname: 127.0.0.1. */
type Place = { hostname?: string; port: number } | { path: string };

/**
 * Waits until connecting is refused.
 *
 * That a listener of this process is closed is not enough: while another test
 * starts a program, the child has a copy of every descriptor from `fork` to
 * `exec`. So long the kernel accepts connections for the socket, and resets them
 * at the `exec`.
 */
export async function untilRefused(place: Place): Promise<void> {
  await until(
    `${JSON.stringify(place)} to refuse connections`,
    async () => {
      try {
        (await connectTo(place)).close();
        return null;
      } catch (error) {
        return error instanceof Deno.errors.ConnectionRefused || null;
      }
    },
  );
}

function connectTo(place: Place): Promise<Deno.Conn> {
  return "path" in place
    ? Deno.connect({ transport: "unix", path: place.path })
    : Deno.connect({ hostname: "127.0.0.1", ...place });
}

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

/**
 * Waits until connecting is refused.
 *
 * That a listener of this process is closed is not enough: while another test
 * starts a program, the child has a copy of every descriptor from `fork` to
 * `exec`. So long the kernel accepts connections for the socket, and resets them
 * at the `exec`.
 */
export async function untilRefused(
  { hostname = "127.0.0.1", port }: { hostname?: string; port: number },
): Promise<void> {
  await until(
    `${hostname}:${port} to refuse connections`,
    async () => {
      try {
        (await Deno.connect({ hostname, port })).close();
        return null;
      } catch (error) {
        return error instanceof Deno.errors.ConnectionRefused || null;
      }
    },
  );
}

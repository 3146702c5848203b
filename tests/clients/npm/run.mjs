/**
 * Runs one client: `node run.mjs NAME`. It starts the server that the client is
 * to reach, prints its port, reads from standard input the port to connect to
 * instead, and prints what the client got.
 */
import { createInterface } from "node:readline/promises";

const { serve, call } = await import(`./${process.argv[2]}.mjs`);
const server = await serve();
process.stdout.write(`${server.address().port}\n`);
const input = createInterface({ input: process.stdin });
const [port] = await new Promise((resolve) =>
  input.once("line", (line) => resolve([Number(line)]))
);
input.close();
try {
  process.stdout.write(String(await call(port)), () => process.exit(0));
} catch (error) {
  process.stdout.write(String(error.stack ?? error), () => process.exit(1));
}

/** curl as a client of an address that nobody else has. */
import { assertEquals } from "@std/assert";
import { curl } from "./web_clients.ts";

/** Whom curl is made to come from, so that it is nobody else. */
export const CLIENT = "127.0.0.3";
const AS_CLIENT = ["--interface", CLIENT, "--write-out", "%{local_port}"];
/** What HAProxy knows of a client; each test puts its port behind it. */
export const ANSWER =
  "%[src] %[dst] %[dst_port] %[fc_pp_authority] %[fc_pp_unique_id] %[src_port] ";

/** The parts of an answer: what HAProxy said, then curl's own port. */
export async function askAsClient(
  port: number,
  args: readonly string[],
  url: string,
) {
  const { text, stderr, code } = await curl(
    { port },
    [...AS_CLIENT, ...args],
    url,
  );
  assertEquals(code, 0, stderr);
  return text.split(" ");
}

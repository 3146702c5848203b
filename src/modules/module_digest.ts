/**
 * The digest by which a detector module is known again.
 *
 * @module
 */
import { readModule } from "./module_graph.ts";

/**
 * SHA-256 of a module and of what it imports from disk, in hexadecimal.
 *
 * @throws What {@linkcode readModule} throws.
 */
export async function moduleDigest(url: URL): Promise<string> {
  const files = await readModule(url);
  const whole = await new Blob(files.map(({ bytes }) => bytes.slice()))
    .arrayBuffer();
  const hash = await crypto.subtle.digest("SHA-256", whole);
  return new Uint8Array(hash).toHex();
}

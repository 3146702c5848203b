/**
 * The digest by which a detector module is known again.
 *
 * @module
 */

/**
 * SHA-256 of a module's text, in hexadecimal.
 *
 * @throws What reading it throws.
 */
export async function moduleDigest(url: URL): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(url));
  return new Uint8Array(hash).toHex();
}

/** SHA-256. */
import { createHash } from "node:crypto";

/** The hash of all bytes, in hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

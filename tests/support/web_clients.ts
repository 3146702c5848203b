/** curl and `openssl s_client`, set up for tests on loopback. */
import { type Ended, run } from "./programs.ts";

/** Where curl is sent, whatever the URL names. */
export interface CurlTarget {
  readonly port: number;
  /** Default: `127.0.0.1`. */
  readonly address?: string;
  /** File of the certificate that is trusted. */
  readonly trust?: string;
}

/** What `openssl s_client` found. */
export interface SClientResult {
  /** 0: the handshake went well and the certificate is the expected one. */
  readonly code: number;
  /** Host of the certificate, if the server sent one. */
  readonly subject: string | undefined;
  readonly alpn: string | undefined;
  readonly protocol: string | undefined;
  /** All that it wrote. */
  readonly output: string;
}

/**
 * Runs curl, without the settings of the user, on a URL that names no port: the
 * host and the port that it connects to are those of the target.
 */
export function curl(
  { port, address = "127.0.0.1", trust }: CurlTarget,
  args: readonly string[],
  url: string,
): Promise<Ended> {
  const withPort = new URL(url);
  withPort.port = String(port);
  const host = address.includes(":") ? `[${address}]` : address;
  return run("curl", [
    ...["--disable", "--silent", "--show-error", "--noproxy", "*"],
    ...["--resolve", `${withPort.hostname}:${port}:${host}`],
    ...trust === undefined ? [] : ["--cacert", trust],
    ...args,
    withPort.href,
  ]);
}

/** Shakes hands by `openssl s_client`, then hangs up. */
export async function sClient(
  port: number,
  trust: string,
  args: readonly string[],
  address = "127.0.0.1",
): Promise<SClientResult> {
  const { code, text, stderr } = await run("openssl", [
    "s_client",
    ...["-connect", `${address}:${port}`],
    ...["-CAfile", trust, "-verify_return_error"],
    ...args,
  ]);
  return {
    code,
    subject: /^subject=CN = (.*)$/m.exec(text)?.[1],
    alpn: /^ALPN protocol: (.*)$/m.exec(text)?.[1],
    protocol: /^New, (\S+), Cipher/m.exec(text)?.[1],
    output: text + stderr,
  };
}

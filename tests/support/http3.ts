/** HTTP/3: servers of Caddy, and a browser that speaks nothing else to them. */
import { chromium } from "npm:playwright-core@1.65.1";
import { startDaemon } from "./daemon.ts";
import { program, runWell } from "./programs.ts";
import type { Authority } from "./quic_ends.ts";
import { PATIENCE_MS } from "./wait.ts";

/** A server of HTTP/3 for one host. */
export interface Http3Server extends AsyncDisposable {
  readonly host: string;
  readonly text: string;
  /** The hash of its public key, by which the browser trusts it. */
  readonly spki: string;
}

/** Starts Caddy on a port, for a host that its page names. */
export async function http3Server(
  folder: string,
  authority: Authority,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Http3Server> {
  const { certFile, keyFile } = await authority.issue(host);
  const config = `${folder}/${host}.caddy`;
  await Deno.writeTextFile(
    config,
    `{
  admin off
  auto_https disable_redirects
  skip_install_trust
}
https://${host}:${port} {
  bind 127.0.0.1
  tls ${certFile} ${keyFile}
  header Content-Type text/html
  header Access-Control-Allow-Origin *
  respond "<title>${host}</title>"
}
`,
  );
  const daemon = await startDaemon({
    program: "caddy",
    args: ["run", "--adapter", "caddyfile", "--config", config],
    ports: [port],
  });
  return {
    host,
    text: `127.0.0.1:${port}`,
    spki: await spkiOf(certFile),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

async function spkiOf(certFile: string): Promise<string> {
  const pem = await runWell("openssl", [
    "x509",
    "-in",
    certFile,
    "-pubkey",
    "-noout",
  ]);
  const base64 = pem.text.replace(/-----[^-]+-----|\s/g, "");
  const key = Uint8Array.fromBase64(base64);
  const hash = await crypto.subtle.digest("SHA-256", key);
  return new Uint8Array(hash).toBase64();
}

/** What a page was, and how it came. */
export interface Loaded {
  readonly title: string;
  /** `h3` for HTTP/3. */
  readonly protocol: string;
}

/** A browser that speaks HTTP/3 alone to some servers behind one port. */
export interface Http3Browser extends AsyncDisposable {
  /** Loads the page of a host. */
  load(host: string): Promise<Loaded>;
  /** Why the page of a host does not load; `null`: it does. */
  failure(host: string): Promise<string | null>;
  /** Closes all connections, so that the next page needs another one. */
  forget(): Promise<void>;
}

/** Starts one. */
export async function http3Browser(
  servers: readonly Pick<Http3Server, "host" | "spki">[],
  port: number,
): Promise<Http3Browser> {
  const origins = servers.map(({ host }) => `${host}:${port}`);
  const browser = await chromium.launch({
    executablePath: program("chromium"),
    args: [
      "--enable-quic",
      `--origin-to-force-quic-on=${origins.join(",")}`,
      "--host-resolver-rules=MAP * 127.0.0.1",
      `--ignore-certificate-errors-spki-list=${
        servers.map(({ spki }) => spki).join(",")
      }`,
    ],
  });
  let context = await browser.newContext();
  return {
    async load(host) {
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      await page.goto(`https://${host}:${port}/`);
      const title = await page.title();
      const protocol = await page.evaluate(() =>
        // deno-lint-ignore no-explicit-any
        (performance.getEntriesByType("navigation")[0] as any).nextHopProtocol
      );
      await page.close();
      return { title, protocol };
    },
    async failure(host) {
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      try {
        await page.goto(`https://${host}:${port}/`);
        return null;
      } catch (error) {
        return (error as Error).message;
      } finally {
        // The browser may be closed by now.
        await page.close().catch(() => {});
      }
    },
    async forget() {
      await context.close();
      context = await browser.newContext();
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
    },
  };
}

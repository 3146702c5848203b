/**
 * The commands that `deno task demo` prints, each to be pasted as it is.
 *
 * @module
 */

/** A command to try. */
export interface Trial {
  /** What it shows. */
  readonly title: string;
  /** A command line for a POSIX shell. */
  readonly command: string;
  /** Text that its output holds when it worked. */
  readonly shows: string;
}

/** The commands for a passthru on this port of 127.0.0.1. */
export function trials(port: number): Trial[] {
  const site = (name: string) =>
    `curl -sk --resolve ${name}:${port}:127.0.0.1 https://${name}:${port}/`;
  return [
    {
      title: "A TLS site, by its name in the hello",
      command: site("alpha.localhost"),
      shows: "alpha.localhost",
    },
    {
      title: "Another TLS site, with a certificate of its own",
      command: site("beta.localhost"),
      shows: "beta.localhost",
    },
    {
      title: "The certificate comes from the site: passthru has none",
      command:
        `openssl s_client -connect 127.0.0.1:${port} -servername beta.localhost </dev/null 2>/dev/null | openssl x509 -noout -subject`,
      shows: "beta.localhost",
    },
    {
      title: "A name that no rule knows is refused (curl says so)",
      command: `${site("gamma.localhost").replace("-sk", "-skS")} 2>&1`,
      shows: "curl: (",
    },
    {
      title: "Plain HTTP on the same port",
      command: `curl -s http://127.0.0.1:${port}/`,
      shows: "Hello from plain HTTP",
    },
    {
      title: "HTTP/2 without TLS on the same port",
      command: `curl -s --http2-prior-knowledge http://127.0.0.1:${port}/`,
      shows: "Hello from plain HTTP",
    },
    {
      title: "SSH: the service answers with its banner, then echoes",
      command:
        `printf 'SSH-2.0-me\\r\\nhello over ssh\\r\\n' | nc -w 2 127.0.0.1 ${port}`,
      shows: "hello over ssh",
    },
    {
      title: "Say nothing for a second, and the server speaks first",
      command: `nc -w 3 127.0.0.1 ${port} </dev/null`,
      shows: "says hello first",
    },
  ];
}

/** All that the demo prints, the config that it runs included. */
export function guide(
  { port, page }: { readonly port: number; readonly page: number },
  config: string,
): string {
  const steps = trials(port).map(({ title, command }) =>
    `# ${title}\n${command}\n`
  );
  return [
    "passthru demo: five services behind one port, this config:",
    "",
    config,
    "",
    `Open http://127.0.0.1:${page}/ in a browser: the live page shows each connection.`,
    "",
    "Try these in another terminal, and watch the page and the log here:",
    "",
    ...steps,
    "Ctrl-C stops all.",
    "",
  ].join("\n");
}

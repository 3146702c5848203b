/**
 * The formats that can be imported: how each is recognised, and its importer,
 * which is loaded when a file needs it.
 *
 * @module
 */
import { type Format, FORMATS, type Importer } from "./importer.ts";

interface FormatEntry {
  /** What a file of it is: `a config of nginx's stream module`. */
  readonly about: string;
  /** What it has at least, so that there is something to import. */
  readonly least: string;
  /** Files of it, by their names. */
  readonly name: RegExp;
  /** Files of it, by what they say somewhere in their first 64 KiB. */
  readonly content: readonly RegExp[];
  /** Loads its importer. */
  load(): Promise<Importer>;
}

const ENTRIES: Readonly<Record<Format, FormatEntry>> = {
  sslh: {
    about: "a config or a command line of sslh",
    least: '"listen" and "protocols"',
    name: /sslh/i,
    content: [
      /^\s*(?:listen|protocols)\s*[:=]\s*\(/m,
      /(?:^|[\s"'=])--(?:ssh|ssl|tls|openvpn|anyprot|on-timeout)[\s=]/,
    ],
    load: async () => (await import("./sslh/sslh.ts")).importSslh,
  },
  haproxy: {
    about: "an HAProxy config",
    least: 'a section "frontend" or "listen" of mode tcp',
    name: /^haproxy.*\.(?:cfg|conf)$/,
    content: [
      /^[ \t]*(?:frontend|backend|listen)[ \t]+[\w.:-]+[ \t]*(?:from[ \t].*|#.*)?\r?$/m,
    ],
    load: async () => (await import("./haproxy/haproxy.ts")).importHaproxy,
  },
  nginx: {
    about: "a config of nginx's stream module",
    least: '"server" with "listen" in "stream"',
    name: /nginx|^stream.*\.conf$/i,
    content: [
      /^[ \t]*stream[ \t\r\n]*\{/m,
      /^[ \t]*(?:proxy_pass|ssl_preread|worker_processes|listen)[ \t][^;\n]*;/m,
    ],
    load: async () => (await import("./nginx/nginx.ts")).importNginx,
  },
  caddy: {
    about: "a config of Caddy's layer 4 app in JSON",
    least: '"servers" in "layer4" of "apps"',
    name: /^caddy/i,
    content: [/"layer4"\s*:/, /^[ \t]*layer4[ \t]*\{/m],
    load: async () => (await import("./caddy/caddy.ts")).importCaddy,
  },
  traefik: {
    about: "a config of Traefik's file provider",
    least: '"routers" in "tcp" or "udp"',
    name: /traefik.*\.(?:ya?ml|toml)$/i,
    content: [
      /\bHostSNI(?:Regexp)?\(/i,
      /^(?:tcp|udp):[ \t]*\r?$/m,
      /^\s*\[(?:tcp|udp)\.routers\./m,
    ],
    load: async () => (await import("./traefik/traefik.ts")).importTraefik,
  },
};

/** What a file of a format is: `an HAProxy config`. */
export function aboutFormat(format: Format): string {
  return ENTRIES[format].about;
}

/** What a file of a format must have to be imported. */
export function leastOf(format: Format): string {
  return ENTRIES[format].least;
}

/**
 * Which formats a file may have: those that its content tells, or else those
 * that its name tells.
 */
export function formatsOf(file: string, text: string): Format[] {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const named = formatsThat((entry) => entry.name.test(name));
  const told = toldFormats(text);
  if (told.length === 0) return named;
  const both = told.filter((format) => named.includes(format));
  return both.length > 0 ? both : told;
}

/** The formats that the content of a file tells. */
export function toldFormats(text: string): Format[] {
  const start = startOf(text);
  return formatsThat((entry) => entry.content.some((one) => one.test(start)));
}

function formatsThat(fits: (entry: FormatEntry) => boolean): Format[] {
  return FORMATS.filter((format) => fits(ENTRIES[format]));
}

/** What is looked at of a file. */
export function startOf(text: string): string {
  return text.slice(0, 64 * 1024);
}

/** Loads the importer of a format. */
export function importerOf(format: Format): Promise<Importer> {
  return ENTRIES[format].load();
}

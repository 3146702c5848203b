/** The server behind the programs, a real nginx. */
import { freePorts } from "../support/free_ports.ts";
import { until } from "../support/wait.ts";
import { HTTP_ENDING, HTTP_REQUEST, recordHello } from "./openings.ts";
import { limited } from "./limited.ts";
import type { Processes } from "./processes.ts";
import type { Settings } from "./settings.ts";

/** A running back end. */
export interface BackEnd extends AsyncDisposable {
  /** Port that answers HTTP. */
  readonly http: number;
  /**
   * Port that answers a TLS hello with an alert (it knows no name): an answer
   * without cryptography, whose cost would hide that of a proxy.
   */
  readonly tls: number;
  /** File of a request for {@linkcode http}. */
  readonly requestFile: string;
  /** A hello for {@linkcode tls}, and its file. */
  readonly hello: Uint8Array;
  readonly helloFile: string;
}

/** What a back end needs. */
export interface BackEndOptions {
  readonly processes: Processes;
  readonly folder: string;
  readonly settings: Settings;
}

/** Starts nginx and waits until it listens. */
export async function startBackEnd(options: BackEndOptions): Promise<BackEnd> {
  const { processes, settings } = options;
  const folder = `${options.folder}/back_end`;
  await Deno.mkdir(folder);
  const hello = await recordHello(processes);
  await Deno.writeFile(`${folder}/hello`, hello);
  await Deno.writeTextFile(`${folder}/request`, HTTP_REQUEST);
  const [http, tls] = freePorts(2) as [number, number];
  const file = `${folder}/nginx.conf`;
  await Deno.writeTextFile(file, config({ folder, http, tls }, settings));
  const nginx = processes.start(limited(
    ["nginx", "-p", folder, "-e", `${folder}/error.log`, "-c", file],
    "load",
    settings,
  ));
  for (const port of [http, tls]) {
    await until("the back end", () => {
      if (nginx.ended) throw new Error(`nginx: ${nginx.complaint}`);
      return listens(port);
    });
  }
  return {
    http,
    tls,
    requestFile: `${folder}/request`,
    hello,
    helloFile: `${folder}/hello`,
    [Symbol.asyncDispose]: () => nginx[Symbol.asyncDispose](),
  };
}

async function listens(port: number): Promise<true | null> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return null;
  }
}

/** What {@linkcode config} is made for. */
interface Site {
  readonly folder: string;
  readonly http: number;
  readonly tls: number;
}

function config({ folder, http, tls }: Site, { workers }: Settings): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
daemon off;
pid nginx.pid;
error_log error.log crit;
worker_processes ${workers};
events { worker_connections 18000; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  default_type text/plain;
  ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n  ")}
  server {
    listen 127.0.0.1:${http} backlog=4096;
    location / { return 200 "${HTTP_ENDING.replace("\n", "\\n")}"; }
  }
  server {
    listen 127.0.0.1:${tls} ssl backlog=4096;
    ssl_reject_handshake on;
  }
}
`;
}

/** nginx, `stream` with `ssl_preread`. */
import { dirname } from "node:path";
import type { Peer, Setup } from "./peer.ts";

/** Where Debian's libnginx-mod-stream puts the module. */
const MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so";

/**
 * nginx. It reads the TLS hello and nothing else, so that HTTP goes where all
 * the rest goes.
 */
export const NGINX: Peer = {
  name: "nginx",
  program: "nginx",
  versionArgs: ["-v"],
  config,
  command: (file) => {
    const folder = dirname(file);
    return ["nginx", "-p", folder, "-e", `${folder}/error.log`, "-c", file];
  },
};

function config(setup: Setup): string {
  const { port, workers, tlsHosts, tls, rest, connections } = setup;
  const names = tlsHosts.map((host) => `${host} 127.0.0.1:${tls};`);
  return `
${hasModule() ? `load_module ${MODULE};` : ""}
daemon off;
pid nginx.pid;
error_log error.log warn;
worker_processes ${workers};
events { worker_connections ${2 * connections}; }
stream {
  access_log off;
  proxy_timeout 1h;
  map $ssl_preread_server_name $target {
    ${names.join("\n    ")}
    default 127.0.0.1:${rest};
  }
  server {
    listen 127.0.0.1:${port};
    ssl_preread on;
    proxy_pass $target;
  }
}
`;
}

/** Whether it is there; without it, it may be built in. */
function hasModule(): boolean {
  try {
    return Deno.statSync(MODULE).isFile;
  } catch {
    return false;
  }
}

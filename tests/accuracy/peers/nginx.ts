/** nginx, `stream` with `ssl_preread`. */
import { NGINX_STREAM } from "../../support/nginx_stream.ts";
import { Destinations } from "./destinations.ts";
import { type Multiplexer, type Setup, WAIT_S } from "./peer.ts";

/** `$ssl_preread_protocol` and `$ssl_preread_server_name`. */
export const NGINX: Multiplexer = {
  name: "nginx",
  program: "nginx",
  versionArgs: ["-v"],
  claims: { protocols: ["TLS"], sni: true },
  run: (setup) => {
    const { folder } = setup;
    const args = ["-p", folder, "-e", `${folder}/error.log`];
    return {
      files: { "nginx.conf": config(setup) },
      commands: [["nginx", ...args, "-c", `${folder}/nginx.conf`]],
    };
  },
};

function config({ folder, destinations, lanes, snis }: Setup): string {
  const names = snis.map((sni) =>
    `"${sni}" ${destinations.address("TLS", sni)};`
  );
  const servers = lanes.map(({ port, to }) => `
  server {
    listen 127.0.0.1:${port};
    ssl_preread on;
    preread_timeout ${WAIT_S}s;
    proxy_pass $target:${to};
  }`);
  return `
load_module ${NGINX_STREAM};
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log error;
events {}
stream {
  access_log off;
  map_hash_bucket_size 512;
  map $ssl_preread_protocol $unnamed {
    "" ${Destinations.REST};
    default ${destinations.address("TLS")};
  }
  map $ssl_preread_server_name $target {
    ${names.join("\n    ")}
    default $unnamed;
  }
${servers.join("\n")}
}
`;
}

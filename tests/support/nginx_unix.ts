/** A real nginx on a Unix socket. */
import { tempFolder } from "./daemon.ts";
import { program } from "./programs.ts";
import { exists, type UnixService } from "./unix.ts";
import { until } from "./wait.ts";

/** Starts an nginx that answers `over unix: HOST` to every request. */
export async function startUnixNginx(): Promise<UnixService> {
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(await tempFolder());
  const socket = `${folder}/nginx.sock`;
  await Deno.writeTextFile(`${folder}/nginx.conf`, configText(folder, socket));
  const child = new Deno.Command(program("nginx"), {
    args: ["-p", folder, "-e", `${folder}/error.log`, "-c", "nginx.conf"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  stack.defer(async () => {
    child.kill("SIGTERM");
    await child.status;
  });
  await until("nginx's socket", () => exists(socket) || null);
  const kept = stack.move();
  return {
    address: `unix:${socket}`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function configText(folder: string, socket: string): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
    daemon off;
    master_process off;
    pid ${folder}/nginx.pid;
    events {}
    http {
      access_log off;
      ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n")}
      server {
        listen unix:${socket};
        location / { return 200 "over unix: $host\\n"; }
      }
    }`;
}

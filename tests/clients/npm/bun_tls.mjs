import { output } from "./program.mjs";

export { web as serve } from "./tls_stub.mjs";

const BUN = new URL(
  "node_modules/@oven/bun-linux-x64/bin/bun",
  import.meta.url,
).pathname;

export function call(port) {
  const code = `
    const answer = await fetch("https://127.0.0.1:${port}/", {
      headers: { host: "clients.test" },
      tls: { ca: Bun.file(process.env.CERTIFICATE), serverName: "clients.test" },
    });
    console.log(await answer.text());`;
  return output(BUN, ["-e", code]);
}

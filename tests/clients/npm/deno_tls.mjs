import { output } from "./program.mjs";

export { web as serve } from "./tls_stub.mjs";

export function call(port) {
  const code = `
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: ${port} });
    const tls = await Deno.startTls(conn, {
      hostname: "clients.test",
      alpnProtocols: ["http/1.1"],
    });
    await tls.write(new TextEncoder().encode("GET / HTTP/1.1\\r\\n\\r\\n"));
    const bytes = new Uint8Array(1024);
    const count = await tls.read(bytes);
    console.log(new TextDecoder().decode(bytes.subarray(0, count)));
    tls.close();`;
  // Deno takes no certificate that is its own authority.
  const trust = "--unsafely-ignore-certificate-errors=clients.test";
  return output(process.env.DENO, ["eval", "--no-lock", trust, code]);
}

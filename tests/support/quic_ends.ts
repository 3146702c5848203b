/** QUIC clients and servers of the runtime. */
import { runWell } from "./programs.ts";

// They are in no type file (ext/net/03_quic.js).
interface QuicStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}
interface QuicConn {
  readonly incomingBidirectionalStreams: ReadableStream<QuicStream>;
  createBidirectionalStream(): Promise<QuicStream>;
  close(info?: { closeCode: number; reason: string }): void;
}
interface QuicEndpoint {
  readonly addr: Deno.NetAddr;
  listen(options: object): { accept(): Promise<QuicConn>; stop(): void };
  close(): void;
}
const { QuicEndpoint, connectQuic } = Deno as unknown as {
  QuicEndpoint: new (options: object) => QuicEndpoint;
  connectQuic(options: object): Promise<QuicConn>;
};

const ALPN = ["test"];

/** Who has signed the certificates of a test. */
export interface Authority {
  readonly caFile: string;
  readonly ca: string;
  /** Makes a certificate for a host. @param usage Default: `serverAuth`. */
  issue(host: string, usage?: "serverAuth" | "clientAuth"): Promise<{
    cert: string;
    key: string;
    certFile: string;
    keyFile: string;
  }>;
}

/** Makes an authority in a folder. */
export async function makeAuthority(folder: string): Promise<Authority> {
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const caFile = `${folder}/ca.pem`;
  const caKey = `${folder}/ca.key`;
  await runWell("openssl", [
    ...["req", "-x509", ...curve, "-nodes", "-days", "2"],
    ...["-keyout", caKey, "-out", caFile, "-subj", "/CN=test authority"],
  ]);
  return {
    caFile,
    ca: await Deno.readTextFile(caFile),
    async issue(host, usage = "serverAuth") {
      const [certFile, keyFile, request, extensions] = [
        "pem",
        "key",
        "csr",
        "ext",
      ]
        .map((kind) => `${folder}/${host}.${kind}`) as [
          string,
          string,
          string,
          string,
        ];
      await runWell("openssl", [
        ...["req", ...curve, "-nodes", "-keyout", keyFile],
        ...["-out", request, "-subj", `/CN=${host}`],
      ]);
      await Deno.writeTextFile(
        extensions,
        `subjectAltName=DNS:${host}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=${usage}\n`,
      );
      await runWell("openssl", [
        ...["x509", "-req", "-in", request, "-CA", caFile, "-CAkey", caKey],
        ...["-CAcreateserial", "-out", certFile, "-days", "2"],
        ...["-extfile", extensions],
      ]);
      const [cert, key] = await Promise.all(
        [certFile, keyFile].map((file) => Deno.readTextFile(file)),
      );
      return { cert: cert!, key: key!, certFile, keyFile };
    },
  };
}

/** A server that answers each stream with its name and what the stream said. */
export interface QuicEcho extends Disposable {
  readonly text: string;
}

/** Starts one. @param answer Makes the answer to a stream. */
export async function quicEcho(
  authority: Authority,
  host: string,
  answer: (said: string) => Uint8Array | string = (said) => `${host}:${said}`,
): Promise<QuicEcho> {
  const { cert, key } = await authority.issue(host);
  const endpoint = new QuicEndpoint({ hostname: "127.0.0.1", port: 0 });
  const listener = endpoint.listen({ cert, key, alpnProtocols: ALPN });
  void (async () => {
    try {
      for (;;) void serve(await listener.accept(), answer);
    } catch {
      // It was closed.
    }
  })();
  return {
    text: `127.0.0.1:${endpoint.addr.port}`,
    [Symbol.dispose]() {
      listener.stop();
      endpoint.close();
    },
  };
}

async function serve(
  conn: QuicConn,
  answer: (said: string) => Uint8Array | string,
): Promise<void> {
  try {
    for await (
      const { readable, writable } of conn.incomingBidirectionalStreams
    ) {
      const said = await new Response(readable).text();
      const bytes = answer(said) as BodyInit;
      await new Response(bytes).body!.pipeTo(writable);
    }
  } catch {
    // The client has gone.
  }
}

/** A connection of a client. */
export interface QuicClient extends Disposable {
  /** Says something on a stream of its own, and hears the answer. */
  ask(said: string): Promise<Uint8Array>;
}

/** A port that connections may share. */
export type QuicPort = QuicEndpoint;

/** Opens one. To be closed in the end. */
export function quicPort(): QuicPort {
  return new QuicEndpoint({ hostname: "127.0.0.1", port: 0 });
}

/** Connects. @param endpoint The port to do it from. Default: one of its own. */
export async function quicClient(
  port: number,
  { ca }: Authority,
  serverName: string,
  endpoint?: QuicPort,
): Promise<QuicClient> {
  const conn = await connectQuic({
    hostname: "127.0.0.1",
    port,
    serverName,
    alpnProtocols: ALPN,
    caCerts: [ca],
    ...(endpoint && { endpoint }),
  });
  return {
    async ask(said) {
      const { readable, writable } = await conn.createBidirectionalStream();
      const writing = new Response(said).body!.pipeTo(writable);
      const answer = await new Response(readable).bytes();
      await writing;
      return answer;
    },
    [Symbol.dispose]() {
      conn.close();
    },
  };
}

/** Connects, says something, and hears the answer as a text. */
export async function askQuic(
  port: number,
  authority: Authority,
  { host, said }: { readonly host: string; readonly said: string },
): Promise<string> {
  using client = await quicClient(port, authority, host);
  return new TextDecoder().decode(await client.ask(said));
}

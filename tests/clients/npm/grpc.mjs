import grpc from "@grpc/grpc-js";
import { SAID } from "./stub.mjs";

const same = (value) => value;
const SERVICE = {
  say: {
    path: "/clients.Clients/Say",
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  },
};

export async function serve() {
  const server = new grpc.Server();
  server.addService(SERVICE, {
    say: (_, done) => done(null, Buffer.from(SAID)),
  });
  const port = await new Promise((resolve, reject) =>
    server.bindAsync(
      "127.0.0.1:0",
      grpc.ServerCredentials.createInsecure(),
      (error, port) => error ? reject(error) : resolve(port),
    )
  );
  return { address: () => ({ port }) };
}

export function call(port) {
  const Client = grpc.makeClientConstructor(SERVICE, "Clients");
  const client = new Client(
    `127.0.0.1:${port}`,
    grpc.credentials.createInsecure(),
  );
  return new Promise((resolve, reject) =>
    client.say(
      Buffer.from("x"),
      (error, answer) => error ? reject(error) : resolve(answer),
    )
  );
}

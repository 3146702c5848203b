import { Redis } from "ioredis";

export { redis as serve } from "./redis_stub.mjs";

export function call(port) {
  return new Redis({ host: "127.0.0.1", port }).echo("x");
}

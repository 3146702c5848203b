/** What another program prints. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export async function output(program, args, env = {}) {
  const options = { env: { ...process.env, ...env }, timeout: 30_000 };
  return (await promisify(execFile)(program, args, options)).stdout;
}

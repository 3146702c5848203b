/** An engine, a config with the routes of its containers, and what runs on it. */
import { runCli } from "./cli.ts";
import {
  askFor,
  type ContainerConfig,
  containerConfig,
  type ContainerFiles,
  dockerArgs,
  startDocker,
} from "./docker_command.ts";
import { FakeEngine } from "./fake_engine.ts";
import { type PassthruProcess, startPassthru } from "./process.ts";
import { namedEcho, type Service } from "./services.ts";
import { until } from "./wait.ts";

/** A config, and an engine of the test's own. */
export class ContainerSetup implements AsyncDisposable {
  readonly files: ContainerFiles;
  readonly engine: FakeEngine;
  readonly #stack: AsyncDisposableStack;

  private constructor(files: ContainerFiles, stack: AsyncDisposableStack) {
    this.files = files;
    this.#stack = stack;
    const socket = `${files.config.folder}/engine.sock`;
    this.engine = stack.use(new FakeEngine(socket));
  }

  /** Makes one. */
  static async make(config: ContainerConfig = {}): Promise<ContainerSetup> {
    const stack = new AsyncDisposableStack();
    const files = stack.use(await containerConfig(config));
    return new ContainerSetup(files, stack);
  }

  /** A service that containers may be. */
  service(name: string): Service {
    return this.#stack.use(namedEcho(name));
  }

  /** Starts the passthru that serves. */
  async serve(): Promise<{ passthru: PassthruProcess; port: number }> {
    const { content, config } = this.files;
    const passthru = this.#stack.use(
      await startPassthru(content, { file: config.path }),
    );
    return { passthru, port: passthru.ports[0]! };
  }

  /** Starts `passthru docker`. */
  async watch(): Promise<PassthruProcess> {
    return this.#stack.use(await startDocker(this.files, this.engine.socket));
  }

  /** Runs `passthru docker --once`. */
  once(...args: string[]): ReturnType<typeof runCli> {
    return runCli(
      ...["docker", "-c", this.files.config.path, "--once", ...args],
      ...dockerArgs(this.files, this.engine.socket),
    );
  }

  /** Waits until the file of routes has a host. */
  async written(host: string): Promise<void> {
    await until(
      host,
      async () =>
        (await Deno.readTextFile(this.files.out).catch(() => ""))
          .includes(host) || null,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** Waits until a client that asks for a host gets this answer; empty: none. */
export async function answers(
  port: number,
  host: string,
  name: string,
): Promise<void> {
  await until(
    `${host} from ${name || "nobody"}`,
    async () => await askFor(port, host) === name || null,
  );
}

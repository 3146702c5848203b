/** A container engine of a test's own, on a Unix socket. */
import {
  containerId,
  type ContainerSpec,
  inspectAnswer,
} from "./containers.ts";

/** An engine with containers that a test starts and stops. */
export class FakeEngine implements AsyncDisposable {
  readonly socket: string;
  /** Paths that were asked for, without the version. */
  readonly asked: string[] = [];
  /** Answers in place of the engine; `null`: the engine answers. */
  intercept: ((path: string) => Promise<Response> | Response | null) | null =
    null;
  readonly #containers = new Map<string, ReturnType<typeof inspectAnswer>>();
  readonly #streams = new Set<
    ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>
  >();
  #server: Deno.HttpServer<Deno.UnixAddr> | null = null;

  /** @param socket Path of its socket. */
  constructor(socket: string) {
    this.socket = socket;
    this.listen();
  }

  /** How many wait for events. */
  get listeners(): number {
    return this.#streams.size;
  }

  /** Begins to listen. */
  listen(): void {
    this.#server = Deno.serve(
      { path: this.socket, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  /** Goes away, with all connections. */
  async leave(): Promise<void> {
    this.dropEvents();
    await this.#server?.shutdown();
    this.#server = null;
    await Deno.remove(this.socket).catch(() => {});
  }

  /** Ends the streams of events. */
  dropEvents(): void {
    for (const stream of this.#streams) stream.close();
    this.#streams.clear();
  }

  /** A container is there, or is another one now; nobody is told. */
  put(number: number, spec: ContainerSpec = {}): void {
    this.#containers.set(containerId(number), inspectAnswer(number, spec));
  }

  /** Starts a container and tells. */
  start(number: number, spec: ContainerSpec = {}): void {
    this.put(number, spec);
    this.tell("start", number);
  }

  /** Stops a container and tells. */
  stop(number: number): void {
    this.#containers.delete(containerId(number));
    this.tell("die", number);
  }

  /** Tells of a container. */
  tell(action: string, number: number): void {
    const id = containerId(number);
    const labels = this.#containers.get(id)?.Config.Labels ??
      { "passthru.rule": "" };
    this.tellLine(JSON.stringify({
      Type: "container",
      Action: action,
      Actor: { ID: id, Attributes: { name: `c${number}`, ...labels } },
    }));
  }

  /** Sends a line to all that wait for events. */
  tellLine(line: string): void {
    const bytes = new TextEncoder().encode(`${line}\n`);
    for (const stream of this.#streams) stream.enqueue(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const path = pathname.replace(/^\/v\d+\.\d+/, "");
    this.asked.push(path);
    const given = await this.intercept?.(path);
    if (given) return given;
    if (path === "/version") {
      return Response.json({
        ApiVersion: "1.41",
        Version: "1.2.3",
        Components: [{ Name: "Fake Engine" }],
      });
    }
    if (path === "/events") return this.#events();
    const all = [...this.#containers.values()];
    if (path === "/containers/json") {
      return Response.json(
        all.filter(({ State }) => State.Running).map((each) => ({
          Id: each.Id,
          Names: [each.Name],
          Labels: each.Config.Labels,
          State: "running",
          Status: `Up 5 minutes${
            each.State.Health ? ` (${each.State.Health.Status})` : ""
          }`,
          NetworkSettings: each.NetworkSettings,
        })),
      );
    }
    const id = /^\/containers\/([0-9a-f]+)\/json$/.exec(path)?.[1];
    const found = id === undefined ? undefined : this.#containers.get(id);
    return found === undefined
      ? Response.json({ message: "No such container" }, { status: 404 })
      : Response.json(found);
  }

  #events(): Response {
    let own: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
    const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        own = controller;
        this.#streams.add(controller);
      },
      cancel: () => void this.#streams.delete(own),
    });
    return new Response(stream);
  }
}

/**
 * The terminal that a full screen is drawn on.
 *
 * @module
 */
import type { Size } from "./model.ts";

/** A terminal that was taken over; disposing of it gives it back as it was. */
export interface Terminal extends Disposable {
  /** What is typed, byte by byte. Ends when the terminal is gone. */
  readonly input: ReadableStream<Uint8Array>;
  /** Whether colours may be used. */
  readonly colours: boolean;
  size(): Size;
  /** Writes a text in one piece. Rejects when the terminal is gone. */
  write(text: string): Promise<void>;
}

/** Who hears what happens around the terminal. */
export interface TerminalHandlers {
  /** It has another size, or something else may have drawn on it. */
  onChange(): void;
  /** The program is to stop: SIGTERM, SIGINT or SIGHUP. */
  onStop(): void;
}

/** Opens the terminal; `null`: there is none. */
export type OpenTerminal = (handlers: TerminalHandlers) => Terminal | null;

/**
 * Alternate screen, no cursor, no wrapping of long lines, pastes are marked
 * (xterm's 1049, DECTCEM, DECAWM, 2004).
 */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h";
const LEAVE = "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l";
const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
/** Where a terminal does not say its size. */
const USUAL_SIZE: Size = { columns: 80, rows: 24 };

/** Takes over the terminal of the process, if it has one both ways. */
export const openTerminal: OpenTerminal = (handlers) => {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return null;
  const enter = () => {
    Deno.stdin.setRaw(true);
    writeNow(ENTER);
  };
  const removals = [
    // Something else had the terminal while this was stopped.
    listen("SIGCONT", () => {
      enter();
      handlers.onChange();
    }),
    listen("SIGWINCH", () => handlers.onChange()),
    ...STOP_SIGNALS.map((signal) => listen(signal, () => handlers.onStop())),
  ];
  enter();
  return {
    input: Deno.stdin.readable,
    colours: !Deno.noColor,
    size,
    write,
    [Symbol.dispose]() {
      writeNow(LEAVE);
      quietly(() => Deno.stdin.setRaw(false));
      for (const remove of removals) remove();
    },
  };
};

function size(): Size {
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 && rows > 0 ? { columns, rows } : USUAL_SIZE;
  } catch {
    return USUAL_SIZE;
  }
}

async function write(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    at += await Deno.stdout.write(bytes.subarray(at));
  }
}

/** Writes at once; a terminal that is gone needs it no more. */
function writeNow(text: string): void {
  const bytes = new TextEncoder().encode(text);
  quietly(() => {
    for (let at = 0; at < bytes.length;) {
      at += Deno.stdout.writeSync(bytes.subarray(at));
    }
  });
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // The terminal is gone.
  }
}

function listen(signal: Deno.Signal, handler: () => void): () => void {
  Deno.addSignalListener(signal, handler);
  return () => Deno.removeSignalListener(signal, handler);
}

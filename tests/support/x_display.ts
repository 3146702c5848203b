/** A display for programs with windows that nobody looks at. */
import { program } from "./programs.ts";
import { within } from "./wait.ts";

/** A running X server. */
export interface XDisplay extends AsyncDisposable {
  /** Its name for `DISPLAY`: `:3`. */
  readonly name: string;
}

/** Starts Xvfb on a display that it finds free. */
export async function startXDisplay(): Promise<XDisplay> {
  const child = new Deno.Command(program("Xvfb"), {
    args: ["-displayfd", "1", "-screen", "0", "640x480x16", "-nolisten", "tcp"],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const stop = async () => {
    try {
      child.kill();
    } catch {
      // It has ended by itself.
    }
    await child.status;
  };
  const reader = child.stdout.getReader();
  let text = "";
  try {
    while (!text.endsWith("\n")) {
      const { value, done } = await within("Xvfb to start", reader.read());
      if (done) throw new Error("Xvfb has ended");
      text += new TextDecoder().decode(value);
    }
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await reader.cancel();
  }
  return { name: `:${text.trim()}`, [Symbol.asyncDispose]: stop };
}

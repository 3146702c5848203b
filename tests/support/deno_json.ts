/** The manifest of passthru, `deno.json`. */
import { parse } from "@std/jsonc";
import { ROOT } from "./process.ts";

/** What tests look at in it. */
export interface DenoJson {
  readonly imports: Readonly<Record<string, string>>;
  readonly tasks: Readonly<Record<string, { readonly command: string }>>;
  readonly compile: { readonly include: readonly string[] };
  readonly unstable: readonly string[];
  readonly compilerOptions: object;
}

/** Reads it. */
export async function denoJson(): Promise<DenoJson> {
  const text = await Deno.readTextFile(`${ROOT}deno.json`);
  return parse(text) as unknown as DenoJson;
}

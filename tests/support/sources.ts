/** The modules of passthru, and what they import. */

/** The names of all modules below a folder, sorted, with a prefix. */
export async function sources(folder: URL, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const name = prefix + entry.name;
    if (entry.isDirectory) {
      found.push(
        ...await sources(new URL(`${entry.name}/`, folder), `${name}/`),
      );
    } else if (name.endsWith(".ts")) found.push(name);
  }
  return found.sort();
}

/** What a module imports and exports from, as it is written. */
export function importsOf(text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"/gms)]
    .map((found) => found[1]!)
    .concat([...text.matchAll(/import\(\s*"([^"]+)"/g)].map((f) => f[1]!));
}

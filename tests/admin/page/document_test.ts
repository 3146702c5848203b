/** The document itself: what it is made of, and what its policy lets it do. */
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { pageHtml } from "../../../src/admin/page/mod.ts";
import { SCRIPTS } from "../../../src/admin/page/scripts.ts";
import { ROOT } from "../../support/process.ts";
import { runWell } from "../../support/programs.ts";

const FOLDER = `${ROOT}src/admin/page/`;

async function filesOf(ending: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(FOLDER), ({ name }) => name);
  return names.filter((name) => name.endsWith(ending)).sort();
}

/** The texts of all elements of a name, which are never in one another. */
function textsOf(html: string, tag: string): string[] {
  const elements = html.matchAll(
    new RegExp(`<${tag}\\b[^>]*>(.*?)</${tag}>`, "gs"),
  );
  return Array.from(elements, ([, text]) => text!);
}

function directives(csp: string): Map<string, string> {
  return new Map(
    csp.split("; ").map((directive) => {
      const [name, ...sources] = directive.split(" ");
      return [name!, sources.join(" ")];
    }),
  );
}

function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

Deno.test("the policy names the page's own script and style, and nothing else", () => {
  const { html, csp } = pageHtml();
  const [script, ...moreScripts] = textsOf(html, "script");
  const [style, ...moreStyles] = textsOf(html, "style");
  assertEquals([moreScripts, moreStyles], [[], []]);
  assertEquals(Object.fromEntries(directives(csp)), {
    "default-src": "'none'",
    "script-src": hashSource(script!),
    "style-src": hashSource(style!),
    "connect-src": "'self'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
  });
});

Deno.test("the markup has no handlers, no styles of its own and no addresses", async () => {
  for (const name of await filesOf(".html")) {
    const markup = await Deno.readTextFile(FOLDER + name);
    const found = markup.matchAll(
      /\s(?:on\w+|style|src|action|formaction|srcdoc)\s*=|javascript:|@import/gi,
    );
    assertEquals(Array.from(found, ([text]) => text), [], name);
    const links = Array.from(
      markup.matchAll(/href="([^"]*)"/g),
      ([, to]) => to!,
    );
    const away = links.filter((to) => !/^(?:#|data:)/.test(to));
    assertEquals(away, [], name);
  }
});

Deno.test("scripts put text into text nodes only", async () => {
  for (const name of await filesOf(".js")) {
    const script = await Deno.readTextFile(FOLDER + name);
    const found = script.matchAll(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|createContextualFragment|setHTML\w*/g,
    );
    assertEquals(Array.from(found, ([text]) => text), [], name);
  }
});

Deno.test("every script and style in the folder is in the page", async () => {
  const { html } = pageHtml();
  assertEquals(
    SCRIPTS.map(({ name }) => `${name}.js`).sort(),
    await filesOf(".js"),
  );
  for (const name of await filesOf(".css")) {
    const style = await Deno.readTextFile(FOLDER + name);
    assert(html.includes(style.trim()), name);
  }
});

Deno.test("the page needs no permission, not even to read its own parts", async () => {
  const code = `import { pageHtml } from "${FOLDER}mod.ts";
    console.log(pageHtml().html);`;
  const { text } = await runWell("deno", ["run", "--no-prompt", "-"], {
    stdin: new TextEncoder().encode(code),
  });
  assertEquals(text.trim(), pageHtml().html.trim());
});

/**
 * The page at `/`.
 *
 * @module
 */

/** The page with the policy that goes with it. */
export interface Page {
  readonly html: string;
  /** The value of `Content-Security-Policy`. */
  readonly csp: string;
}

/** The page: it holds no data, and asks the API for all that it shows. */
export function pageHtml(): Page {
  return {
    html: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>passthru</title>
<p>The admin API answers at <a href="/api/state">/api/state</a>.</p>
</html>
`,
    csp: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  };
}

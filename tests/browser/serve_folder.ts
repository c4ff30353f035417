/** A folder on loopback, for pages that a plain server is enough for. */
import { join } from "node:path";

const types: Record<string, string> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
  mjs: "text/javascript",
  wasm: "application/wasm",
};

/** Serves a folder on loopback as a plain server does. */
export function serveFolder(dir: string) {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    const path = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
    const bytes = await Deno.readFile(join(dir, path)).catch(() => undefined);
    if (bytes === undefined) return new Response(null, { status: 404 });
    const type = types[path.slice(path.lastIndexOf(".") + 1)];
    return new Response(bytes, { headers: type === undefined ? {} : { "content-type": type } });
  });
  return { server, asked, url: `http://127.0.0.1:${server.addr.port}/` };
}

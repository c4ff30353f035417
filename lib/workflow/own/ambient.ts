/**
 * Watches whether code in this worker asks for anything but its own modules and its arguments: a file, the time, chance,
 * the machine. An answer that was given without is the same the next time, and need not be asked for again.
 */

/** Globals that are hidden whole. Not there: `Function`, by which zod compiles; such code sees the same globals. */
const hidden = [
  ...["process", "performance", "crypto", "location", "Intl", "Temporal", "localStorage", "sessionStorage"],
  ...["caches", "fetch", "WebSocket", "EventSource", "Worker", "BroadcastChannel"],
];

/** Begins to watch; what is returned tells whether anything was asked for since. */
export function watchAmbient(): () => boolean {
  let asked = false;
  const mark = () => {
    asked = true;
  };
  /** An object that tells of what is read of it, except for what never changes while the program is the same. */
  const watched = <T extends object>(value: T, steady: string[]): T =>
    new Proxy(value, {
      get(target, name) {
        if (typeof name !== "symbol" && !steady.includes(name)) mark();
        return Reflect.get(target, name);
      },
    });
  const define = (name: string, descriptor: PropertyDescriptor) =>
    Object.defineProperty(globalThis, name, { configurable: true, ...descriptor });
  for (const name of hidden) {
    if (!Object.hasOwn(globalThis, name)) continue;
    const value = (globalThis as Record<string, unknown>)[name];
    define(name, { get: () => (mark(), value) });
  }
  define("Deno", { value: watched(Deno, ["build", "version", "errors", "inspect"]) });
  define("navigator", { value: watched(navigator, ["userAgent"]) });
  define("Date", {
    value: new Proxy(Date, {
      construct: (target, args, made) => (mark(), Reflect.construct(target, args, made)),
      apply: (target, self, args) => (mark(), Reflect.apply(target, self, args)),
      get: (target, name) => (name === "now" && mark(), Reflect.get(target, name)),
    }),
  });
  const { random } = Math;
  Math.random = () => (mark(), random());
  return () => asked;
}

/** Makes a value show itself in a notebook, as the report shows it. */
import type { ArtifactType } from "../artifacts/artifact.ts";
import type { Source } from "../report/sources.ts";

const symbol = Symbol.for("Jupyter.display");

/** The same value with a display of its own, which does not show when the value is copied or written. */
function withDisplay<T>(value: T, display: () => Promise<unknown>): T {
  if (typeof value !== "object" || value === null) return value;
  return Object.defineProperty(value, symbol, { value: display, enumerable: false, configurable: true });
}

/** A value that was read from the folder of an artifact. */
export function displayed<T>(source: Source, value: T): T {
  return withDisplay(value, async () => {
    const { sectionOf } = await import("./show.ts");
    const { drawSection } = await import("../report/sections/mod.ts");
    const { Sources } = await import("../report/sources.ts");
    const section = sectionOf(source.type, value);
    if (section === undefined) return { "text/plain": source.type };
    return ((await drawSection(section, new Sources([source]))) as any)[symbol]();
  });
}

/** A value that lies nowhere yet. */
export function displayedAs<T>(type: ArtifactType<T>, value: T): T {
  return withDisplay(value, async () => {
    const { sectionOf, show } = await import("./show.ts");
    const section = sectionOf(type.name, value);
    return section === undefined
      ? { "text/plain": type.name }
      : (await show(section, [{ type, value }]) as any)[symbol]();
  });
}

/** Makes a value show itself in a notebook, as the report shows it. */
import { sectionsOf } from "../report/sections_of.ts";
import { drawSection } from "../report/sections/mod.ts";
import { type Source, Sources } from "../report/sources.ts";

/**
 * The same value, displayed by the section that is about its type. The property does not show when the value is copied
 * or written.
 */
export function displayed<T>(source: Source, value: T): T {
  const [section] = sectionsOf(source.type);
  if (section === undefined || typeof value !== "object" || value === null) return value;
  const display = async () =>
    (await drawSection(section, new Sources([source])) as any)[Symbol.for("Jupyter.display")]();
  return Object.defineProperty(value, Symbol.for("Jupyter.display"), { value: display, enumerable: false });
}

/** What a step takes for code besides its module, and what tells the code of two steps apart. */

/** Files outside its own code that a step loads as code, by path. */
export interface LoadedFiles {
  /** Notebooks that it executes, with all permissions. */
  notebooks?: readonly string[];
  /** Modules that it imports, with its own permissions. */
  modules?: readonly string[];
}

/** A text for a step's module, as a file URL, and the files that it loads. */
export function codeName(module: string, { notebooks = [], modules = [] }: LoadedFiles): string {
  return [module, ...notebooks, "", ...modules].join("\n");
}

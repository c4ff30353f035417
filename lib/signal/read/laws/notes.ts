/** What the user should see about what was read: each fact once, with the names that it concerns. */

/** Collects facts by name. */
export class Notes {
  readonly #facts = new Map<string, Set<string>>();

  /** @param fact Without its full stop. @param name Whom it concerns: a recording, file or column. */
  add(fact: string, name?: string): void {
    const names = this.#facts.get(fact) ?? new Set();
    if (name !== undefined) names.add(name);
    this.#facts.set(fact, names);
  }

  /** One sentence for each fact. */
  sentences(): string[] {
    return [...this.#facts].map(([fact, names]) =>
      names.size === 0 ? fact : `${fact}: ${listed([...names])}`
    );
  }
}

/** Up to five names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - 5;
  return `${names.slice(0, 5).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What names in a user's step stand for: first by the project's import map, then by the program's. */
import type { ProjectPackages } from "../../workflow/own/project_packages.ts";
import { toFileUrl } from "../system/file_url.ts";
import { PackageMap, type Packages } from "./packages.ts";

/** The same for all steps in a folder. What a project's own `deno.json` means is only loaded where there is one. */
export class OwnNames {
  readonly #module: string;
  readonly #root: string;
  #packages: ProjectPackages | undefined;
  map: PackageMap | undefined;
  /** Whether the project gives a name another meaning than the program does. */
  differs = false;

  /** @param module File URL of a step. */
  private constructor(module: string, root: string) {
    this.#module = module;
    this.#root = root;
  }

  /** @param config Path of the nearest `deno.json` that is not the program's; undefined where there is none. */
  static async of(module: string, root: string, config: string | undefined): Promise<OwnNames> {
    const names = new OwnNames(module, root);
    if (config === undefined) return names;
    const { file, imports, differs } = await names.packages();
    names.differs = differs;
    if (file !== undefined) names.map = new PackageMap(toFileUrl(file), imports);
    return names;
  }

  async packages(): Promise<ProjectPackages> {
    if (this.#packages === undefined) {
      const { ProjectPackages } = await import("../../workflow/own/project_packages.ts");
      this.#packages = new ProjectPackages(this.#module, this.#root);
    }
    return this.#packages;
  }
}

/** The packages of one step, and whether it needs others than the program's. */
export class OwnPackages {
  readonly #program: PackageMap;
  readonly #names: OwnNames;
  #needed: boolean;
  /** Specifier by package that the program does not lock. */
  readonly #open = new Map<string, string>();

  constructor(program: PackageMap, names: OwnNames) {
    this.#program = program;
    this.#names = names;
    this.#needed = names.differs;
  }

  /** Where the project's import map leads; undefined for what the program's answers. */
  mapped(specifier: string): string | undefined {
    const { map } = this.#names;
    if (map === undefined || /^\.{0,2}\/|^[a-z]+:/.test(specifier) || this.#program.isOwn(specifier)) {
      return undefined;
    }
    const target = map.mapped(specifier);
    if (target === undefined || target === this.#program.mapped(specifier)) return undefined;
    this.#needed = true;
    return target;
  }

  /** Adds what the program locks; the rest waits for {@linkcode close}. @param written As the module writes it. */
  add(target: string, written: string, into: Packages): void {
    if (this.#program.has(target)) this.#program.addLocked(target, into);
    else if (!this.#open.has(target) || target !== written) this.#open.set(target, written);
  }

  /**
   * Adds what the step's own lock file has.
   *
   * @param basics Whether it takes nothing of the program but its basics.
   * @returns The `deno.json` that the step needs, if it needs one, and what is locked nowhere, as it is written.
   */
  async close(into: Packages, basics: boolean): Promise<{ config?: string; unlocked: string[] }> {
    const kept = [...this.#open].some(([target]) => /^(?:npm|jsr|https?):/.test(target));
    if (!this.#needed && !kept) return { unlocked: this.#unlocked(this.#program, into) };
    const config = await (await this.#names.packages()).config(basics);
    return { config, unlocked: this.#unlocked(new PackageMap(toFileUrl(config)), into) };
  }

  /** The `deno.json` of a step that has no packages of its own and takes nothing of the program but its basics. */
  async basics(): Promise<string> {
    return await (await this.#names.packages()).config(true);
  }

  #unlocked(lock: PackageMap, into: Packages): string[] {
    return [...this.#open].filter(([target]) => !lock.addLocked(target, into)).map(([, written]) => written);
  }
}

/** What is kept for attempts to come: workers, or processes. */

/** Idle hosts of attempts; where there are too many, the one that has been idle for longest goes. */
export class Idle<T extends { readonly profile: string }> {
  #hosts: T[] = [];

  readonly #most: number;
  readonly #end: (host: T) => void;

  /** @param most Hosts to keep. @param end Ends one that is not kept. */
  constructor(most: number, end: (host: T) => void) {
    this.#most = most;
    this.#end = end;
  }

  /** A host for attempts of this profile, which then is idle no longer. */
  take(profile: string): T | undefined {
    const index = this.#hosts.findIndex((host) => host.profile === profile);
    return index < 0 ? undefined : this.#hosts.splice(index, 1)[0];
  }

  keep(host: T): void {
    this.#hosts.push(host);
    if (this.#hosts.length > this.#most) this.#end(this.#hosts.shift()!);
  }

  /** Forgets a host that is gone. */
  forget(host: T): void {
    this.#hosts = this.#hosts.filter((other) => other !== host);
  }

  /** Ends all. */
  clear(): void {
    for (const host of this.#hosts.splice(0)) this.#end(host);
  }
}

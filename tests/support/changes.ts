/** Waiting for what changes now and then. */

/** Lets those who wait for something look again whenever something has changed. */
export class Changes {
  #next = Promise.withResolvers<void>();

  /** Something has changed. */
  tell(): void {
    const { resolve } = this.#next;
    this.#next = Promise.withResolvers();
    resolve();
  }

  /**
   * Looks now, and after each change, until there is something to see.
   *
   * @param look Gives what was waited for, or `null` to look again.
   */
  async until<T>(look: () => T | null): Promise<T> {
    for (;;) {
      const seen = look();
      if (seen !== null) return seen;
      await this.#next.promise;
    }
  }
}

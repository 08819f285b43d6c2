/**
 * What each thing has become, told step by step: a duplicate and its survivor, an account and its new number.
 * Invariant: following successors ends. The later step counts: it may turn an earlier one round.
 */
export class Successors<Key> {
  readonly #next = new Map<Key, Key>();

  get size(): number {
    return this.#next.size;
  }

  /** Everything that has become something else. */
  keys(): IterableIterator<Key> {
    return this.#next.keys();
  }

  rootOf(key: Key): Key {
    let root = key;
    for (let next = this.#next.get(root); next !== undefined; next = this.#next.get(root)) root = next;
    return root;
  }

  becomes(prior: Key, survivor: Key): void {
    const root = this.rootOf(prior);
    // The other way round before: the later step says what survives.
    if (root === this.rootOf(survivor)) this.#next.delete(survivor);
    if (root !== survivor) this.#next.set(root, survivor);
  }

  /** The key stands for itself again. */
  part(key: Key): void {
    this.#next.delete(key);
  }

  /** Takes back that the one has become the other; false when it had not. */
  separate(one: Key, other: Key): boolean {
    if (this.#next.get(one) === other) return this.#next.delete(one);
    return this.#next.get(other) === one && this.#next.delete(other);
  }
}

/**
 * A map by text, spread over many small ones: a single Map rebuilds itself whole when it grows, which past a million
 * entries stops the process for half a second.
 */
export class ShardedMap<V> {
  private readonly shards: Map<string, V>[] = Array.from({ length: SHARDS }, () => new Map());
  private entries = 0;

  get size(): number {
    return this.entries;
  }

  get(key: string): V | undefined {
    return this.shardOf(key).get(key);
  }

  /** True when the key is new. */
  set(key: string, value: V): boolean {
    const shard = this.shardOf(key);
    const before = shard.size;
    shard.set(key, value);
    this.entries += shard.size - before;
    return shard.size > before;
  }

  /** True when the key was there. */
  delete(key: string): boolean {
    const was = this.shardOf(key).delete(key);
    if (was) this.entries--;
    return was;
  }

  private shardOf(key: string): Map<string, V> {
    return this.shards[hashOf(key) & (SHARDS - 1)] as Map<string, V>;
  }
}

/** A power of two. */
const SHARDS = 1024;

/** FNV-1a over the whole key: keys of callers may differ anywhere. The upper bits are mixed into those that are used. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}

import { inspect } from 'node:util';

/**
 * The entries of a map as an object without a prototype: what is read, written or deleted there is so in the map. An object
 * itself takes three times as long to take up a new name, since the engine keeps one copy of each name there is.
 */
export function objectView<V>(entries: Map<string, V>): Record<string, V> {
  return new Proxy(printed(entries), {
    get: (target, key) => (typeof key === 'string' ? entries.get(key) : Reflect.get(target, key)),
    has: (target, key) => (typeof key === 'string' ? entries.has(key) : Reflect.has(target, key)),
    ownKeys: () => [...entries.keys()],
    getOwnPropertyDescriptor: (_target, key) => {
      if (typeof key !== 'string' || !entries.has(key)) return undefined;
      return { value: entries.get(key), writable: true, enumerable: true, configurable: true };
    },
    set: (_target, key, value) => typeof key === 'string' && entries.set(key, value).has(key),
    defineProperty: (_target, key, { value }) => typeof key === 'string' && entries.set(key, value).has(key),
    deleteProperty: (_target, key) => typeof key !== 'string' || entries.delete(key) || true,
    // An object that takes no more could not show what comes into the map.
    preventExtensions: () => false,
  });
}

/** Printing looks at the object behind the view. */
function printed<V>(entries: Map<string, V>): Record<string, V> {
  return Object.create(null, { [inspect.custom]: { configurable: true, value: () => Object.fromEntries(entries) } });
}

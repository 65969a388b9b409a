/** Lets the methods that a class declares be called without their object; a class that extends it may have replaced them. */
export function boundMethods(target: object, prototype: object): void {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === 'constructor' || typeof value !== 'function') continue;
    const method = (target as Record<string, () => unknown>)[name] as () => unknown;
    Object.defineProperty(target, name, { value: method.bind(target), writable: true, configurable: true });
  }
}

/**
 * The class, but each `new` of it or of a class that extends it answers the one object of the process. What is constructed
 * first makes it; copies of the module share it by its name. (A worker thread counts as a process.)
 */
export function oneInstance<T extends object>(type: new () => T, name: string): new () => T {
  return new Proxy(type, {
    construct(target, _args, newTarget) {
      if (existing(name) === undefined) {
        Object.defineProperty(globalThis, Symbol.for(name), { value: Reflect.construct(target, [], newTarget) });
      }
      return existing(name) as T;
    },
  });
}

/** Lets `instanceof` the class, not one that extends it, hold for the one object wherever that was made. */
export function acceptInstance(type: object, name: string): void {
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, value: unknown) {
      if (this === type && value !== undefined && value === existing(name)) return true;
      return Function.prototype[Symbol.hasInstance].call(this as typeof Function, value);
    },
  });
}

function existing(name: string): object | undefined {
  return (globalThis as { [name: symbol]: object | undefined })[Symbol.for(name)];
}

type Constructor = abstract new (...args: never[]) => object;

/** A class that makes an instance also when it is called without `new`, as the older client's documents print it. */
export type Callable<C extends Constructor> = C & ((...args: ConstructorParameters<C>) => InstanceType<C>);

export function callable<C extends Constructor>(type: C): Callable<C> {
  return new Proxy(type, {
    apply: (target, _self, args) => Reflect.construct(target as never, args),
  }) as Callable<C>;
}

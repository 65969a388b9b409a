import createRouter from 'find-my-way';
import { configError } from '../../toolkit/Options.js';
import type { ErrorForm } from './ErrorReply.js';
import type { HttpExchange } from './HttpExchange.js';

/** One method of one path, and what answers it. */
export interface HttpRoute {
  /** In capitals. GET answers HEAD too, unless `head` is false; OPTIONS is answered for every path unless a route does. */
  readonly method: string;
  /** Of GET: false where it changes something, so that who only asks for headers must not. */
  readonly head?: boolean;
  /** `/` first; `:name` stands for one segment and `*` at the end for the rest, as find-my-way has them. */
  readonly path: string;
  /** True: answers paths with wrongly encoded parameters too, which are then undefined; else those are NOT_FOUND. */
  readonly anyEncoding?: boolean;
  /** False: is answered under any load and not counted as in flight. */
  readonly counted?: boolean;
  /** How errors are written at this path, where not as error descriptions: those of the endpoint, such as 405 and 413, too. */
  readonly errors?: ErrorForm;
  /**
   * Answers the exchange, now or later; whoever reads the body asks the exchange for it. What it throws, or its promise
   * rejects with, is answered as an error.
   */
  readonly run: (exchange: HttpExchange) => void | Promise<void>;
}

/** All that is served at one path. */
export class HttpResource {
  private readonly routes = new Map<string, HttpRoute>();
  private form: ErrorForm | undefined;
  private takesAny = false;

  /** For `Allow`: the methods that are answered, separated by commas. */
  get methods(): string {
    const methods = new Set(this.routes.keys()).add('OPTIONS');
    if (this.get('HEAD') !== undefined) methods.add('HEAD');
    return [...methods].join(', ');
  }

  /** How errors are written here; undefined: as descriptions. */
  get errors(): ErrorForm | undefined {
    return this.form;
  }

  /** Whether it is found where a parameter is wrongly encoded. */
  get anyEncoding(): boolean {
    return this.takesAny;
  }

  add(route: HttpRoute): void {
    if (this.routes.has(route.method)) {
      throw configError(
        'DUPLICATE_ROUTE',
        `Two services of one endpoint serve ${route.method} ${route.path}; give one another base_route`,
      );
    }
    this.routes.set(route.method, route);
    this.form ??= route.errors;
    this.takesAny ||= route.anyEncoding === true;
  }

  /** This with, for the methods that it lacks, what another serves. */
  over(under: HttpResource): HttpResource {
    const both = new HttpResource();
    for (const route of this.routes.values()) both.add(route);
    for (const route of under.routes.values()) if (both.get(route.method) === undefined) both.add(route);
    return both;
  }

  get(method: string): HttpRoute | undefined {
    const route = this.routes.get(method);
    if (route !== undefined || method !== 'HEAD') return route;
    const get = this.routes.get('GET');
    return get?.head === false ? undefined : get;
  }
}

export interface FoundResource {
  resource: HttpResource;
  /** The values of the path's parameters, decoded; undefined for one that is wrongly encoded. */
  params: Record<string, string | undefined>;
}

/** Longer than any address that Node takes: how long a parameter may be is for its route to say. */
const LONGEST_PARAMETER = 65_536;

const PATTERN = /\/:|\*$/;

/**
 * What is served where. In the router every path stands under one method of the router's: which methods a path takes is
 * for its resource to say (405). Compiled, the router is as fast as a map of paths.
 *
 * A plain path goes before a pattern that fits it too. For the methods that it does not take the pattern's answer: `/things/all`
 * with a route of its own for POST is for GET still the thing with the id `all`.
 */
export class HttpRoutes {
  private readonly router = newRouter();
  private readonly patterns = newRouter();
  private readonly resources = new Map<string, HttpResource>();
  private hasPatterns = false;

  add(route: HttpRoute): void {
    let resource = this.resources.get(route.path);
    if (resource === undefined) {
      resource = new HttpResource();
      this.resources.set(route.path, resource);
      this.router.on('GET', route.path, nothing, resource);
      if (PATTERN.test(route.path)) {
        this.patterns.on('GET', route.path, nothing, resource);
        this.hasPatterns = true;
      }
    }
    resource.add(route);
  }

  /**
   * The resource at a path, percent-encoded or not; null where nothing is served. Whether it takes the method is to be asked
   * of the resource.
   */
  find(path: string, method: string): FoundResource | null {
    const found = lookUp(this.router, path);
    if (!this.hasPatterns || found?.resource.get(method) !== undefined) return found;
    if (found === null) return path.includes('%') ? this.findWronglyEncoded(path) : null;
    const under = lookUp(this.patterns, path);
    if (under === null || under.resource === found.resource) return found;
    return { resource: found.resource.over(under.resource), params: under.params };
  }

  /** The router finds nothing at a path that it cannot decode. Here the parameters are left as they came until it is found. */
  private findWronglyEncoded(path: string): FoundResource | null {
    const found = lookUp(this.patterns, path.replaceAll('%', '%25'));
    if (!found?.resource.anyEncoding) return null;
    const params = Object.entries(found.params).map(([name, value]) => [name, decoded(value ?? '')]);
    return { resource: found.resource, params: Object.fromEntries(params) };
  }
}

type Router = ReturnType<typeof createRouter>;

function newRouter(): Router {
  return createRouter({ maxParamLength: LONGEST_PARAMETER }).compile();
}

function lookUp(router: Router, path: string): FoundResource | null {
  const found = router.find('GET', path);
  return found === null ? null : { resource: found.store as HttpResource, params: found.params };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function nothing(): void {
  // The router wants a handler; the store it keeps beside is what is looked up.
}

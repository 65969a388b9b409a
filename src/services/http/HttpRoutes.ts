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

  add(route: HttpRoute): void {
    if (this.routes.has(route.method)) {
      throw configError(
        'DUPLICATE_ROUTE',
        `Two services of one endpoint serve ${route.method} ${route.path}; give one another base_route`,
      );
    }
    this.routes.set(route.method, route);
    this.form ??= route.errors;
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
  params: Record<string, string | undefined>;
}

/**
 * What is served where. In the router every path stands under one method of the router's: which methods a path takes is
 * for its resource to say (405). Compiled, the router is as fast as a map of paths.
 */
export class HttpRoutes {
  private readonly router = createRouter({ maxParamLength: 4096 }).compile();
  private readonly resources = new Map<string, HttpResource>();

  add(route: HttpRoute): void {
    let resource = this.resources.get(route.path);
    if (resource === undefined) {
      resource = new HttpResource();
      this.resources.set(route.path, resource);
      this.router.on('GET', route.path, nothing, resource);
    }
    resource.add(route);
  }

  /** The resource at a path, percent-encoded or not; null where nothing is served. */
  find(path: string): FoundResource | null {
    const found = this.router.find('GET', path);
    return found === null ? null : { resource: found.store as HttpResource, params: found.params };
  }
}

function nothing(): void {
  // The router wants a handler; the store it keeps beside is what is looked up.
}

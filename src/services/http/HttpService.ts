import type { OptionTable } from '../../toolkit/Options.js';
import { EndpointService } from '../endpoint/EndpointService.js';
import { HttpEndpoint } from './HttpEndpoint.js';
import { HTTP_OPTIONS } from './HttpEndpointOptions.js';

/** The options of every service over HTTP: where it is served, and all of an endpoint's for one that has its own. */
export const HTTP_SERVICE_OPTIONS = {
  'dependencies.endpoint': {
    type: 'text',
    default: '*:endpoint:http:*:1.0',
    doc: 'The endpoint to be served on, where the service has no `connection` of its own.',
  },
  'dependencies.*': { type: 'ignored', default: undefined, doc: 'Older keys without effect.' },
  ...HTTP_OPTIONS,
} as const satisfies OptionTable;

/** A document that describes what a service offers. */
export interface ApiDocument {
  name: string;
  /** Where its endpoint serves it, `/` first. */
  path: string;
}

/** A service on an HTTP endpoint. */
export abstract class HttpService<
  T extends typeof HTTP_SERVICE_OPTIONS = typeof HTTP_SERVICE_OPTIONS,
> extends EndpointService<HttpEndpoint, T> {
  /**
   * @param component who configuration faults are reported for
   * @param options all that this service may be configured with
   */
  protected constructor(component: string, options: T) {
    super(component, options, { options: HTTP_OPTIONS, Endpoint: HttpEndpoint });
  }

  /** The documents that describe it: none unless a service says so. */
  documents(): ApiDocument[] {
    return [];
  }
}

/** The parts as one path: `/` first and between them, none at the end. */
export function routePath(...parts: string[]): string {
  const segments = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `/${segments.join('/')}`;
}

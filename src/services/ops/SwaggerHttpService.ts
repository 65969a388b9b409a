import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { IReferences } from 'pip-services3-commons-nodex';
import type { OptionTable, OptionValues } from '../../toolkit/Options.js';
import type { HttpEndpoint } from '../http/HttpEndpoint.js';
import type { HttpExchange } from '../http/HttpExchange.js';
import { HTTP_SERVICE_OPTIONS, HttpService, routePath } from '../http/HttpService.js';
import { swaggerInitializer, swaggerPage } from './SwaggerPage.js';

const OPTIONS = {
  base_route: { type: 'text', isPath: true, default: 'swagger', doc: 'Where the page is.' },
  route: { type: 'ignored', default: undefined, doc: 'Older key without effect.' },
  ...HTTP_SERVICE_OPTIONS,
} as const satisfies OptionTable;

const NOSNIFF = ['x-content-type-options', 'nosniff'];
const CACHED = [...NOSNIFF, 'cache-control', 'public, max-age=86400'];
const FRESH = [...NOSNIFF, 'cache-control', 'no-store'];
// The page styles itself and inlines images; it may call the API of this service at whatever port that has.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src *";

/** What the page consists of besides, as the package has it. Only these are served, so no name can lead elsewhere. */
const FILES: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui-standalone-preset.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/**
 * `GET /swagger`: a page that shows and tries out the OpenAPI documents of all services in the container. Its files come
 * from the package `swagger-ui-dist`, looked for when they are asked for.
 *
 * Descriptor `pip-services:swagger-service:http:default:1.0`.
 *
 * ### References ###
 *
 * - `*:endpoint:http:*:1.0` (optional) the endpoint it is served on, else one of its own
 */
export class SwaggerHttpService extends HttpService<typeof OPTIONS> {
  static readonly OPTIONS = OPTIONS;

  private baseRoute: string = OPTIONS.base_route.default;
  private references: IReferences | null = null;

  constructor() {
    super('pip-services:swagger-service:http', OPTIONS);
  }

  protected override configureService(values: OptionValues<typeof OPTIONS>): void {
    this.baseRoute = values.base_route;
  }

  protected override connectService(references: IReferences): void {
    this.references = references;
  }

  protected override register(endpoint: HttpEndpoint): void {
    const base = routePath(this.baseRoute);
    const get = (path: string, run: (exchange: HttpExchange) => void | Promise<void>): void =>
      endpoint.addRoute({ method: 'GET', path, run });
    const sendPage = (exchange: HttpExchange): void =>
      exchange.send(200, 'text/html; charset=utf-8', swaggerPage(base), [...FRESH, 'content-security-policy', POLICY]);
    for (const path of new Set([base, `${base}/`, routePath(base, 'index.html')])) get(path, sendPage);
    get(routePath(base, 'swagger-initializer.js'), (exchange) => this.sendInitializer(exchange));
    for (const [name, type] of Object.entries(FILES)) {
      get(routePath(base, name), async (exchange) => exchange.sendBytes(200, type, await readPackaged(name), CACHED));
    }
  }

  /** Documents of other endpoints are on this host too, at their own port. */
  private sendInitializer(exchange: HttpExchange): void {
    const services = (this.references?.getAll() ?? []).filter((component) => component instanceof HttpService);
    const documents = services.flatMap((service: HttpService) => {
      const origin = service.endpoint === this.endpoint ? null : new URL(service.endpoint.address());
      return service.documents().map(({ name, path }) => ({
        name,
        path,
        ...(origin !== null && { protocol: origin.protocol, port: origin.port }),
      }));
    });
    exchange.send(200, 'text/javascript; charset=utf-8', swaggerInitializer(documents), FRESH);
  }
}

function readPackaged(name: string): Promise<Buffer> {
  return readFile(fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`)));
}

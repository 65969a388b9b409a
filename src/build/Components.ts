import { Descriptor } from 'pip-services3-commons-nodex';
import { SessionsController } from '../logic/SessionsController.js';
import { SessionsFilePersistence } from '../persistence/file/SessionsFilePersistence.js';
import { SessionsMemoryPersistence } from '../persistence/memory/SessionsMemoryPersistence.js';
import { SessionsMongoDbPersistence } from '../persistence/mongodb/SessionsMongoDbPersistence.js';
import { GrpcEndpoint } from '../services/grpc/GrpcEndpoint.js';
import { HttpEndpoint } from '../services/http/HttpEndpoint.js';
import { SessionsCgiHttpService } from '../services/legacy/cgi/SessionsCgiHttpService.js';
import { SessionsSessmanHttpService } from '../services/legacy/sessman/SessionsSessmanHttpService.js';
import { HeartbeatHttpService } from '../services/ops/HeartbeatHttpService.js';
import { StatusHttpService } from '../services/ops/StatusHttpService.js';
import { SwaggerHttpService } from '../services/ops/SwaggerHttpService.js';
import { SessionsSocketIoService } from '../services/push/SessionsSocketIoService.js';
import { SessionsCommandableGrpcServiceV1 } from '../services/version1/SessionsCommandableGrpcServiceV1.js';
import { SessionsCommandableHttpServiceV1 } from '../services/version1/SessionsCommandableHttpServiceV1.js';
import { SessionsGrpcServiceV1 } from '../services/version1/SessionsGrpcServiceV1.js';
import { SessionsRestServiceV1 } from '../services/version1/SessionsRestServiceV1.js';
import { SessionsSenecaServiceV1 } from '../services/version1/SessionsSenecaServiceV1.js';
import type { OptionTable } from '../toolkit/Options.js';
import type { ComponentRow } from './ComponentRow.js';
import { OLDER_GROUP, TOOLKIT_COMPONENTS } from './ToolkitComponents.js';

/** Every component that a configuration may list. A component that needs a driver imports it itself, when it opens. */
export const COMPONENTS: readonly ComponentRow[] = [
  row('service-sessions:persistence:memory:*:1.0', SessionsMemoryPersistence),
  row('service-sessions:persistence:file:*:1.0', SessionsFilePersistence),
  row('service-sessions:persistence:mongodb:*:1.0', SessionsMongoDbPersistence),
  row('service-sessions:controller:default:*:1.0', SessionsController),
  row('service-sessions:service:commandable-http:*:1.0', SessionsCommandableHttpServiceV1),
  row('service-sessions:service:grpc:*:1.0', SessionsGrpcServiceV1),
  row('service-sessions:service:commandable-grpc:*:1.0', SessionsCommandableGrpcServiceV1),
  row('service-sessions:service:rest:*:1.0', SessionsRestServiceV1),
  row('service-sessions:service:seneca:*:1.0', SessionsSenecaServiceV1),
  row('service-sessions:service:cgi:*:1.0', SessionsCgiHttpService),
  row('service-sessions:service:socketio:*:1.0', SessionsSocketIoService),
  row('service-sessions:service:sessman:*:1.0', SessionsSessmanHttpService),
  row('pip-services:endpoint:http:*:1.0', HttpEndpoint),
  row('pip-services:endpoint:grpc:*:1.0', GrpcEndpoint),
  row('pip-services:heartbeat-service:http:*:1.0', HeartbeatHttpService),
  row('pip-services:status-service:http:*:1.0', StatusHttpService),
  row('pip-services:swagger-service:http:*:1.0', SwaggerHttpService),
  ...TOOLKIT_COMPONENTS,
];

/** The row that makes components with this descriptor, or null. */
export function findComponent(descriptor: Descriptor): ComponentRow | null {
  return COMPONENTS.find(({ pattern }) => Descriptor.fromString(pattern).match(descriptor)) ?? null;
}

/** For messages. The toolkit's components are named by their first group only. */
export function knownPatterns(): string[] {
  return COMPONENTS.map(({ pattern }) => pattern).filter((pattern) => !pattern.startsWith(`${OLDER_GROUP}:`));
}

interface ConfigurableClass {
  new (): object;
  readonly OPTIONS: OptionTable;
  lends?: ComponentRow['lends'];
}

function row(pattern: string, component: ConfigurableClass): ComponentRow {
  const { OPTIONS: options, lends } = component;
  return { pattern, component, options, ...(lends !== undefined && { lends }) };
}

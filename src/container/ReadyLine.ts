import { Descriptor, type IReferences } from 'pip-services3-commons-nodex';
import type { ContextInfo } from 'pip-services3-components-nodex';
import type { ComponentConfig } from 'pip-services3-container-nodex';
import { findComponent } from '../build/Components.js';
import type { ISessionsController } from '../logic/ISessionsController.js';
import { readOptions } from '../toolkit/Options.js';

/** An endpoint, or a service on one: what callers reach from outside. */
interface Reachable {
  endpoint?: Reachable;
  address(): string;
}

/** One line that says what runs: name, version, address, persistence and how many sessions it holds. */
export async function readyLine(
  version: string,
  configs: readonly ComponentConfig[],
  components: IReferences,
): Promise<string> {
  const info = components.getOneRequired<ContextInfo>(new Descriptor('*', 'context-info', '*', '*', '*'));
  const addresses = new Set(components.getAll().flatMap(addressesOf));
  const where = addresses.size === 0 ? 'without an address' : `at ${[...addresses].join(' and ')}`;
  return `${info.name} ${version} is ready ${where}, ${await describeSessions(configs, components)}`;
}

async function describeSessions(configs: readonly ComponentConfig[], components: IReferences): Promise<string> {
  const [controller] = components.getOptional<ISessionsController>(new Descriptor('*', 'controller', '*', '*', '*'));
  if (controller === undefined) return 'with no sessions component';
  const count = await controller.countSessions(null).catch(() => null);
  const sessions = count === 1 ? '1 session' : `${count ?? 'an unknown number of'} sessions`;
  return `${describeStore(configs)} holding ${sessions}`;
}

function describeStore(configs: readonly ComponentConfig[]): string {
  const wanted = optionsOf(configs.findLast(({ descriptor }) => descriptor.getType() === 'controller'));
  const pattern = Descriptor.fromString(String(wanted['dependencies.persistence']));
  // The references answer the latest of several that fit.
  const store = configs.findLast(({ descriptor }) => pattern.match(descriptor));
  const { path } = optionsOf(store);
  return `${store?.descriptor.getKind()} persistence${path === undefined ? '' : ` ${path}`}`;
}

function optionsOf(config: ComponentConfig | undefined): Record<string, unknown> {
  const row = config === undefined ? null : findComponent(config.descriptor);
  return config === undefined || row === null ? {} : readOptions('', row.options, config.config);
}

function addressesOf(component: Partial<Reachable>): string[] {
  const { address } = component.endpoint ?? component;
  return address === undefined ? [] : [address.call(component.endpoint ?? component)];
}

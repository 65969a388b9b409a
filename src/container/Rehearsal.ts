import { ApplicationException, ConfigException, Referencer, References } from 'pip-services3-commons-nodex';
import type { ComponentConfig } from 'pip-services3-container-nodex';
import { findComponent, knownPatterns } from '../build/Components.js';
import { configError, readOptions } from '../toolkit/Options.js';

/**
 * Makes, configures and connects the components once on trial, none of them opened, and throws a ConfigException that names
 * file and component for the first fault. The toolkit's container does the same afterwards for good, but wraps what
 * components throw so that neither the sort of the fault nor the component remains, and makes up missing ones.
 */
export function rehearse(file: string, configs: readonly ComponentConfig[]): void {
  const references = new References();
  const components = configs.map((config) => {
    const component = rehearseOne(file, config);
    references.put(config.descriptor, component);
    return component;
  });
  for (const [index, component] of components.entries()) {
    const name = String(configs[index]?.descriptor);
    blaming(file, name, () => Referencer.setReferencesForOne(references, component));
  }
}

function rehearseOne(file: string, { descriptor, config }: ComponentConfig): object {
  const name = descriptor.toString();
  const row = findComponent(descriptor);
  if (row === null) {
    const known = knownPatterns().join(', ');
    throw configError('UNKNOWN_COMPONENT', `${file}: unknown component ${name}; known are: ${known}`);
  }
  const component = new row.component();
  blaming(file, null, () => readOptions(name, row.options, config));
  blaming(file, name, () => (component as { configure?(params: unknown): void }).configure?.(config));
  return component;
}

/** Adds to a fault of the configuration where it is. */
export function blaming<T>(file: string, component: string | null, step: () => T): T {
  try {
    return step();
  } catch (error) {
    const where = component === null ? file : `${file}: ${component}`;
    if (error instanceof ConfigException) {
      const named = component === null || error.message.startsWith(kindOf(component));
      throw configError(error.code, `${named ? file : where}: ${error.message}`);
    }
    // The toolkit's exceptions lose their own class on the way through their constructors.
    if (error instanceof ApplicationException && error.code === 'REF_ERROR') {
      const missing = error.details.getAsString('locator');
      throw configError('MISSING_COMPONENT', `${where} needs a component ${missing}, and none is configured`);
    }
    throw error;
  }
}

/** Group and type: what components name themselves by. */
function kindOf(descriptor: string): string {
  return descriptor.split(':', 2).join(':');
}

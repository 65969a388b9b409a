import { Descriptor } from 'pip-services3-commons-nodex';
import { Factory } from 'pip-services3-components-nodex';
import { COMPONENTS } from './Components.js';

/**
 * Makes the components of this service, and those of the toolkit that it knows the options of, by their descriptors.
 *
 * ### Example ###
 *
 *     const container = new Container();
 *     container.addFactory(new SessionsServiceFactory());
 */
export class SessionsServiceFactory extends Factory {
  constructor() {
    super();
    for (const { pattern, component } of COMPONENTS) this.registerAsType(Descriptor.fromString(pattern), component);
  }

  /**
   * Null for a pattern: a container asks for one when a component that another needs is missing, and would put an
   * unconfigured one in its place without a word.
   */
  override canCreate(locator: unknown): unknown {
    return locator instanceof Descriptor && !locator.isComplete() ? null : super.canCreate(locator);
  }
}

import type { ConfigParams } from 'pip-services3-commons-nodex';
import type { LentOptions } from '../toolkit/LentOptions.js';
import type { OptionTable } from '../toolkit/Options.js';

/** One kind of component that a configuration may list. */
export interface ComponentRow {
  /** The descriptors it is made for; `*` stands for any. No descriptor fits two rows. */
  pattern: string;
  /** Constructing and configuring one has no effect on anything else; opening it does. */
  component: new () => object;
  options: OptionTable;
  /** What one that is configured so says for other components; null for nothing. Throws a ConfigException. */
  lends?: (config: ConfigParams) => LentOptions | null;
}

import { ConfigParams, Descriptor } from 'pip-services3-commons-nodex';
import { ComponentConfig } from 'pip-services3-container-nodex';
import { findComponent } from '../build/Components.js';
import type { LentOptions } from '../toolkit/LentOptions.js';
import { configError } from '../toolkit/Options.js';
import { blaming } from './Rehearsal.js';

interface Loan extends LentOptions {
  /** Whose configuration says it. */
  from: string;
}

/**
 * The configurations with what some of them say for others. What a component says itself is left alone. Throws a ConfigException
 * that names file and component where one cannot be read, and where two say different things for the same.
 */
export function withLentOptions(file: string, configs: readonly ComponentConfig[]): ComponentConfig[] {
  const loans = configs.flatMap((config) => loansOf(file, config));
  return configs.map((config) => {
    const [first, ...others] = loans.filter((loan) => isFor(config, loan));
    if (first === undefined) return config;
    const other = others.find(({ values }) => !sameValues(values, first.values));
    if (other !== undefined) {
      const message = `${file}: ${first.from} and ${other.from} do not say the same for ${config.descriptor}`;
      throw configError('BAD_CONFIG', `${message}; configure it itself`);
    }
    const whole = ConfigParams.mergeConfigs(ConfigParams.fromValue(first.values), config.config);
    return new ComponentConfig(config.descriptor, undefined, whole);
  });
}

function loansOf(file: string, { descriptor, config }: ComponentConfig): Loan[] {
  const from = descriptor.toString();
  const lent = blaming(file, from, () => findComponent(descriptor)?.lends?.(config) ?? null);
  return lent === null ? [] : [{ ...lent, from }];
}

function isFor({ descriptor, config }: ComponentConfig, { to, unless }: Loan): boolean {
  const says = (key: string): boolean => unless.some((prefix) => key.startsWith(prefix));
  return Descriptor.fromString(to).match(descriptor) && !config.getKeys().some(says);
}

function sameValues(one: LentOptions['values'], other: LentOptions['values']): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => one[key] === other[key]);
}

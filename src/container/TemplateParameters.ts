import { ConfigParams } from 'pip-services3-commons-nodex';

/** Written into a switch, these turn it off; anything else turns it on. */
const OFF = /^(false|0|no)$/i;

/**
 * What a configuration's template may refer to: the environment, parameters of the command line, which win, and for each
 * switch `X_ENABLED` an `X_ON` or `X_OFF`. To the template syntax any text is "on", `false` too: configurations of the
 * older service keep that meaning, ours asks for `X_ON` and `X_OFF`.
 */
export function templateParameters(
  environment: Readonly<Record<string, string | undefined>>,
  given: ReadonlyMap<string, string>,
): ConfigParams {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(environment)) if (value !== undefined) values.set(key, value);
  for (const [key, value] of given) {
    // The template finds its variables whatever their case, and takes the first.
    for (const other of values.keys()) if (other.toLowerCase() === key.toLowerCase()) values.delete(other);
    values.set(key, value);
  }
  for (const [key, value] of [...values]) {
    const name = /^(.+)_ENABLED$/i.exec(key)?.[1];
    if (name === undefined || value === '') continue;
    values.set(`${name}_${OFF.test(value) ? 'OFF' : 'ON'}`, 'true');
  }
  return parametersOf(values);
}

/** A parameter named as a method of the toolkit's map would take that method's place. */
function parametersOf(values: ReadonlyMap<string, string>): ConfigParams {
  const parameters = new ConfigParams();
  for (const [key, value] of values) if (!(key in ConfigParams.prototype)) parameters.put(key, value);
  return parameters;
}

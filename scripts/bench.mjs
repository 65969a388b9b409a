import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { prepareCheckout } from './checkout.mjs';
import { provideMongo } from './mongo.mjs';

await prepareCheckout();
// What is started ends at the exit of this process: of a signal it must make one.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(128 + constants.signals[signal]));
const { only = 'mongodb' } = parseArgs({ strict: false, options: { only: { type: 'string' } } }).values;
if (only === 'mongodb') console.error(await provideMongo());
await import('../dist/bench/main.js');
process.exit();

// npm test [-- [--long] [-g TEXT] [PART OF A FILE NAME ...]]
// --long runs the longer variants; -g takes only tests whose title holds the text.

import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareCheckout, root } from './checkout.mjs';
import { provideMongo } from './mongo.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'boolean', default: false }, grep: { type: 'string', short: 'g' } },
});
await prepareCheckout();
if (values.long) process.env.SESSIONS_TEST_LONG = '1';
process.chdir(root);
const files = testFiles();
if (files.some((file) => /mongodb/i.test(relative(root, file)))) await provide();

const { default: Mocha } = await import('mocha');
const mocha = new Mocha(JSON.parse(readFileSync(join(root, '.mocharc.json'), 'utf8')));
if (values.grep !== undefined) mocha.fgrep(values.grep);
for (const file of files) mocha.addFile(file);
await mocha.loadFilesAsync();
mocha.run().once('end', function () {
  const { passes, failures, pending } = this.stats;
  if (passes + failures + pending === 0) console.error('service-sessions: no test was found');
  console.log(`${passes} passed, ${failures} failed, ${pending} skipped`);
  // A test that leaves something open must not keep the command from ending.
  process.exit(failures > 0 || passes === 0 ? 1 : 0);
});

/** What is started ends at the exit of this process: of a signal it must make one. */
async function provide() {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(128 + constants.signals[signal]));
  try {
    console.log(await provideMongo());
  } catch (error) {
    fail(error.message);
  }
  if (process.env.CI === 'true' && process.env.SESSIONS_TEST_MONGO_MISSING) fail('CI=true must not skip tests');
}

function fail(why) {
  console.error(`service-sessions: ${why}`);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}

function testFiles() {
  const paths = readdirSync(join(root, 'dist', 'test'), { recursive: true, encoding: 'utf8' }).sort();
  const wanted = (file) => positionals.length === 0 || positionals.some((part) => file.includes(part));
  return paths
    .filter((file) => file.endsWith('.test.js') && wanted(file))
    .map((file) => join(root, 'dist', 'test', file));
}

// Writes the tables of options in docs/configuration.md anew, from what the components declare.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareCheckout, root } from './checkout.mjs';

await prepareCheckout();
const { fillOptionTables } = await import('../dist/test/support/OptionsDocument.js');
const path = join(root, 'docs', 'configuration.md');
writeFileSync(path, fillOptionTables(readFileSync(path, 'utf8')));

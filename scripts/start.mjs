// npm start: the service of this checkout, in this very process, so that signals reach it and its exit code is answered.

import { prepareCheckout } from './checkout.mjs';

await prepareCheckout();
await import('../bin/main.js');

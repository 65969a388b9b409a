import { prepareCheckout } from './checkout.mjs';

await prepareCheckout();
await import('../dist/bench/main.js');

import { prepareCheckout } from './checkout.mjs';

await prepareCheckout();

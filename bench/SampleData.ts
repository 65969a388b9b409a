/** Content that makes 200 bytes of compact JSON. */
export const DATA = { cart: ['a', 'b'], note: 'x'.repeat(172) };

/** What the library knows of a call below the object that a method is given. */
interface UnderlyingCall {
  cancelled?: boolean;
  stream?: { closed?: boolean };
}

/**
 * Whether the caller of a call that is about to begin has gone already. The library tells the object of a call only of what comes
 * after its beginning; what came before, its own object below knows.
 */
export function isCallerGone(call: object): boolean {
  const { call: underlying } = call as { call?: UnderlyingCall };
  return underlying?.cancelled === true || underlying?.stream?.closed === true;
}

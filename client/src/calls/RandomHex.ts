/** Unguessable lower-case hex digits, four bits a digit. */
export function randomHex(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array((length + 1) >> 1));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, length);
}

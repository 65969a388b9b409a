/** A suite that needs a server: skipped with the reason in its title when there is one. */
export function describeOnMongo(title: string, unavailable: string | undefined, suite: () => void): void {
  if (unavailable === undefined) describe(title, suite);
  else describe.skip(`${title} (skipped. ${unavailable})`, suite);
}

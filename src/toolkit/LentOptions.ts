/** What the configuration of one component says for others of the same configuration. */
export interface LentOptions {
  /** Whom it is for: a descriptor in which `*` stands for any. */
  to: string;
  /** A component that has a key which begins with one of these says it itself, and gets nothing. */
  unless: readonly string[];
  /** Key -> value, as they would stand in the other component's own configuration. */
  values: Readonly<Record<string, string>>;
}

import { COMPONENTS } from '../../src/build/Components.js';
import { allowedValues, type OptionTable } from '../../src/toolkit/Options.js';

/** `<!-- options: A -->` and `<!-- options: A beyond B -->`: the table of A, the second without what B has alike. */
const PLACE = /(<!-- options: (\S+)(?: beyond (\S+))? -->\n)[\s\S]*?(<!-- end -->)/g;

/** The document with the tables of options as the components declare them. */
export function fillOptionTables(document: string): string {
  return document.replace(PLACE, (_all, begin: string, pattern: string, base: string | undefined, end: string) => {
    const table = optionsOf(pattern);
    const inherited = base === undefined ? {} : optionsOf(base);
    const rows = Object.entries(table).filter(([key, row]) => JSON.stringify(inherited[key]) !== JSON.stringify(row));
    return `${begin}\n${rows.length === 0 ? 'None of its own.\n' : markdownTable(rows)}\n${end}`;
  });
}

/** The patterns of all components whose options a document shows. */
export function documentedPatterns(document: string): string[] {
  return [...document.matchAll(PLACE)].map(([, , pattern = '']) => pattern);
}

function optionsOf(pattern: string): OptionTable {
  const row = COMPONENTS.find((component) => component.pattern === pattern);
  if (row === undefined) throw new Error(`There is no component ${pattern}`);
  return row.options;
}

function markdownTable(rows: [string, OptionTable[string]][]): string {
  const lines = rows.map(([key, row]) => `| \`${key}\` | ${allowedValues(row)} | ${defaultOf(row)} | ${row.doc} |`);
  return ['| key | value | default | |', '|---|---|---|---|', ...lines, ''].join('\n');
}

function defaultOf(row: OptionTable[string]): string {
  return row.default === undefined || row.default === '' ? '' : `\`${row.default}\``;
}

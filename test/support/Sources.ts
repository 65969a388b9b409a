import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './ServiceProcess.js';

/** Relative to the checkout, `/` between the parts. */
export type SourcePath = string;

/** Every TypeScript file below a folder of the checkout. */
export function sourcesBelow(folder: string): SourcePath[] {
  const paths = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path))
    .sort();
}

export function textOf(path: SourcePath): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export interface Import {
  /** A package, a `node:` module, or for a file of ours its path in the checkout. */
  target: string;
  /** `types` leave nothing in the program; `lazy` ones happen where they are called. */
  kind: 'value' | 'types' | 'lazy';
}

/** What a source imports or exports on. */
export function importsOf(path: SourcePath): Import[] {
  const text = textOf(path);
  const named = (kind: Import['kind'], pattern: RegExp): Import[] =>
    [...text.matchAll(pattern)].map(([, target = '']) => ({ target: inCheckout(path, target), kind }));
  return [
    ...named('value', /^(?:import|export)(?! type)(?:[^;'"]*?\bfrom)?\s*'([^']+)';/gm),
    ...named('types', /^(?:import|export) type [^;'"]*?\bfrom\s*'([^']+)';/gm),
    ...named('lazy', /\b(?:import|import\.meta\.resolve|require)\(\s*['"`]([^'"`]+)['"`]/g),
  ];
}

function inCheckout(path: SourcePath, target: string): string {
  if (!target.startsWith('.')) return target;
  return relative(ROOT, join(ROOT, dirname(path), target)).replace(/\.js$/, '.ts');
}

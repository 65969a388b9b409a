import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The names that a declaration file gives, and those that it passes on from others beside it. Types and values; sorted. */
export function declaredNames(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const beside = (target: string): string => join(dirname(path), target.replace(/\.js$/, '.d.ts'));
  const names = [
    ...[...text.matchAll(DECLARATION)].map(([, name = '']) => name),
    ...[...text.matchAll(LIST)].flatMap(([, list = '']) => list.split(',').map(nameOf)),
    ...[...text.matchAll(ALL)].flatMap(([, target = '']) => declaredNames(beside(target))),
  ];
  return [...new Set(names.filter((name) => name !== ''))].sort();
}

const DECLARATION = /^export (?:declare )?(?:abstract )?(?:interface|type|class|const|function|enum) (\w+)/gm;
const LIST = /^export (?:type )?\{([^}]*)\}/gm;
const ALL = /^export (?:type )?\* from '(\.[^']+)'/gm;

/** `A`, `type A`, `A as B` give A, A, B. */
function nameOf(entry: string): string {
  return /(\w+)\s*$/.exec(entry)?.[1] ?? '';
}

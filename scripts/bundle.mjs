import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MANIFEST = join(dirname(dirname(fileURLToPath(import.meta.url))), 'client', 'package.json');

/**
 * Bundles the compiled modules of the client into few files, each of which takes whole blocks of a disk: one for each entry of the
 * package, one for each folder of its sources, in `esm` and in `cjs` of the target folder. What needs Node or a browser is apart,
 * so that nobody loads the other. Rejects with whatever there is to warn of.
 */
export async function bundle(modules, target) {
  // Not before it is needed: what installs packages loads this, too.
  const { rollup } = await import('@rollup/wasm-node');
  const input = entryNames().map((name) => join(modules, `${name}.js`));
  const build = await rollup({ input, external: (name) => !/^[./]/.test(name), onwarn: refuse });
  for (const [format, output] of Object.entries({ esm: 'es', cjs: 'cjs' })) {
    await build.write({
      dir: join(target, format),
      format: output,
      chunkFileNames: 'parts/[name].js',
      manualChunks: (path) => partOf(path.slice(modules.length + 1)),
      exports: 'named',
      esModule: true,
      interop: 'esModule',
      externalLiveBindings: false,
      hoistTransitiveImports: false,
    });
  }
  await build.close();
}

function entryNames() {
  const { exports } = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  const programs = JSON.stringify(exports).matchAll(/"\.\/dist\/esm\/([\w-]+)\.js"/g);
  return [...new Set([...programs].map(([, name]) => name))];
}

/** The part that a module belongs to; undefined for an entry. */
function partOf(module) {
  const [, folder, place] = /([\w-]+)[\\/](Node|Fetch)?\w+\.js$/.exec(module) ?? [];
  return place?.toLowerCase() ?? folder;
}

function refuse({ message }) {
  throw new Error(`bundling failed: ${message}`);
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { quickResolver } from './quick-imports.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const urlOf = (path: string) => pathToFileURL(join(root, path)).href;
const answer = quickResolver(urlOf('core/runtime/quick-imports.ts'));
const asModule = { conditions: ['node', 'import'] };
const from = (path: string) => ({ ...asModule, parentURL: urlOf(path) });

describe('quick imports', () => {
  it('finds the file of that name for a relative import of our own files', () => {
    expect(answer('../foundation/errors.ts', from('core/data/open-data.ts'))).toEqual({
      url: urlOf('core/foundation/errors.ts'),
      format: 'module-typescript',
      shortCircuit: true,
    });
    expect(answer('./core/index.ts', from('index.ts'))?.url).toBe(urlOf('core/index.ts'));
    expect(answer(urlOf('core/indicators/overlap/ema.ts'), asModule)?.url).toBe(
      urlOf('core/indicators/overlap/ema.ts'),
    );
  });

  it('takes compiled files where the package is compiled', () => {
    const compiled = quickResolver(urlOf('dist/core/runtime/quick-imports.js'));
    expect(compiled('../domain/candles.js', from('dist/core/data/merge.js'))).toEqual({
      url: urlOf('dist/core/domain/candles.js'),
      format: 'module',
      shortCircuit: true,
    });
    expect(compiled('../domain/candles.ts', from('core/data/merge.ts'))).toBeNull();
  });

  it("leaves users' files, packages by name and whatever lies outside to Node", () => {
    expect(answer('./shared.ts', from('user_data/strategies/mine.ts'))).toBeNull();
    expect(answer('./shared.ts', { ...asModule, parentURL: 'file:///home/somebody/strategies/mine.ts' })).toBeNull();
    expect(answer('../user_data/plugins/mine.ts', from('strategies/ema-cross.ts'))).toBeNull();
    expect(answer('zod', from('core/config/schema.ts'))).toBeNull();
    expect(answer('node:fs', from('core/config/load.ts'))).toBeNull();
    expect(answer('./main', from('core/cli/main.ts'))).toBeNull();
    expect(answer('./compose.js', from('node_modules/yaml/dist/index.js'))).toBeNull();
    expect(answer('./lib/stream.js', from('node_modules/ccxt/node_modules/ws/wrapper.mjs'))).toBeNull();
    expect(answer('./core.cjs', from('node_modules/zod/v4/index.js'))).toBeNull();
    expect(answer('./x.js', { ...from('node_modules/zod/index.cjs'), conditions: ['require'] })).toBeNull();
    const asSet = new Set(['require']);
    expect(answer('./x.js', { ...from('node_modules/zod/index.cjs'), conditions: asSet })).toBeNull();
    expect(answer('./start.ts', asModule)).toBeNull();
  });

  it.each(['zod', 'commander', 'ccxt'])('knows of %s that relative imports name files that are modules', (name) => {
    const folder = join(root, 'node_modules', name);
    const { type } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { type?: string };
    expect(type).toBe('module');
    const imports = /(?:from|import\()\s*['"](\.{1,2}\/[^'"]+)['"]/g;
    let count = 0;
    for (const file of moduleFiles(folder)) {
      if (!file.endsWith('.js')) continue;
      for (const [, specifier] of readFileSync(file, 'utf8').matchAll(imports)) {
        const found = answer(specifier!, { ...asModule, parentURL: pathToFileURL(file).href });
        if (!found) continue;
        count++;
        expect(existsSync(fileURLToPath(found.url)), `${file} imports ${specifier}`).toBe(true);
        expect(packageType(dirname(fileURLToPath(found.url)))).toBe('module');
      }
    }
    expect(count).toBeGreaterThan(5);
  });
});

/** Files that a module of the package may be in: ccxt keeps another form of itself beside them. */
function moduleFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist', 'src'].includes(entry.name) ? [] : moduleFiles(path);
    return [path];
  });
}

const types = new Map<string, string | undefined>();

/** `type` of the package.json that rules a folder. */
function packageType(folder: string): string | undefined {
  if (!types.has(folder)) {
    const file = join(folder, 'package.json');
    const own = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { type?: string }) : undefined;
    types.set(folder, own ? own.type : packageType(dirname(folder)));
  }
  return types.get(folder);
}

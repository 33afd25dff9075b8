import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { messageOf } from '../foundation/message-of.ts';
import { packageVersion } from '../runtime/package-root.ts';
import { JSON_OPTION } from './option-values.ts';
import { addDataOptions, type DataFlags, dataFolder } from './run-options.ts';

interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'missing' | 'broken';
  readonly detail: string;
}

/** `tidegate doctor` */
export function registerDoctor(program: Command): void {
  addDataOptions(program.command('doctor'))
    .description('what is installed and what works')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExamples:\n  tidegate doctor\n  tidegate doctor --data ./candles\n')
    .action(async (flags: DataFlags & { readonly json?: boolean }) => {
      const findings = await examine(flags.userdir, dataFolder(flags));
      if (flags.json) process.stdout.write(`${JSON.stringify(findings)}\n`);
      else for (const f of findings) process.stdout.write(`${f.state.padEnd(8)} ${f.what.padEnd(22)} ${f.detail}\n`);
      if (findings.some((f) => f.state === 'broken')) process.exitCode = 1;
    });
}

async function examine(userdir: string, data: string): Promise<Finding[]> {
  return [
    { what: 'tidegate', state: 'ok', detail: packageVersion() },
    { what: 'node', state: 'ok', detail: process.version },
    await tried('parquet (duckdb)', async () => {
      const { DuckDBInstance } = await import('@duckdb/node-api');
      const instance = await DuckDBInstance.create(':memory:');
      const connection = await instance.connect();
      const rows = await connection.runAndReadAll('select version()');
      connection.closeSync();
      instance.closeSync();
      return String(rows.getRows()[0]?.[0]);
    }),
    await tried('results (sqlite)', async () => {
      const { default: Database } = await import('better-sqlite3');
      const folder = mkdtempSync(join(tmpdir(), 'tidegate-doctor-'));
      try {
        const db = new Database(join(folder, 'probe.sqlite'));
        const mode = db.pragma('journal_mode = WAL', { simple: true });
        db.close();
        return `journal mode ${String(mode)}`;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    await tried('exchanges (ccxt)', async () => {
      const { default: ccxt } = await import('ccxt');
      return `${ccxt.version}, ${ccxt.exchanges.length} exchanges`;
    }),
    existsSync(userdir)
      ? { what: 'user folder', state: 'ok', detail: userdir }
      : { what: 'user folder', state: 'missing', detail: `${userdir}: make it with "tidegate new userdir"` },
    await examineData(data),
    tryDisk(),
  ];
}

async function tried(what: string, probe: () => Promise<string>): Promise<Finding> {
  try {
    return { what, state: 'ok', detail: await probe() };
  } catch (error) {
    return { what, state: 'broken', detail: messageOf(error) };
  }
}

async function examineData(folder: string): Promise<Finding> {
  if (!existsSync(folder))
    return {
      what: 'market data',
      state: 'missing',
      detail: `${folder}: fill it with "tidegate download" or "tidegate data import"`,
    };
  return tried('market data', async () => {
    const { openData } = await import('../data/open-data.ts');
    const data = await openData(folder);
    return `${(await data.list()).length} series in ${folder}`;
  });
}

function tryDisk(): Finding {
  const { bavail, bsize } = statfsSync(process.cwd());
  const free = (bavail * bsize) / 2 ** 30;
  return { what: 'disk', state: free < 1 ? 'broken' : 'ok', detail: `${free.toFixed(1)} GiB free` };
}

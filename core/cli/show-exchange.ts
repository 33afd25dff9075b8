import { UsageError } from '../foundation/errors.ts';
import type { ExchangePort } from '../ports/exchange.ts';

/** Flags of `tidegate show exchange NAME`. */
export interface ShowExchangeFlags {
  readonly json?: boolean;
  readonly market?: 'spot' | 'perpetual';
  readonly run?: boolean;
  readonly testnet?: boolean;
  readonly url?: string;
  readonly pair?: string;
  readonly only?: readonly string[];
}

/** `tidegate show exchange NAME`: the capability table; with `--run` the acceptance cases, live. */
export async function showExchange(name: string, flags: ShowExchangeFlags): Promise<void> {
  const [{ openExchange }, { keysFromEnvironment }] = await Promise.all([
    import('../exchange/ccxt/open-exchange.ts'),
    import('../exchange/ccxt/keys-from-environment.ts'),
  ]);
  const own = keysFromEnvironment(process.env);
  // The replay exchange of the command line has known keys.
  const keys =
    flags.url !== undefined && Object.keys(own).length === 0 ? { apiKey: 'replay-key', secret: 'replay-secret' } : own;
  const kind = marketOf(flags);
  const exchange = await openExchange({
    name,
    keys,
    ...(kind && { kind }),
    ...(flags.url !== undefined && { url: flags.url }),
    ...(flags.testnet && { testnet: true }),
  });
  try {
    if (flags.run) await runCases(exchange, flags, Object.keys(keys).length > 0);
    else await printTable(exchange, flags);
  } finally {
    await exchange.close();
  }
}

function marketOf({ market, pair }: ShowExchangeFlags): 'spot' | 'perpetual' | null {
  if (market !== undefined) return market;
  return pair === undefined ? null : pair.includes(':') ? 'perpetual' : 'spot';
}

async function printTable(exchange: ExchangePort, flags: ShowExchangeFlags): Promise<void> {
  const { capabilityTable, PROVEN } = await import('../exchange/acceptance/evidence.ts');
  const rows = capabilityTable(exchange);
  const proven = PROVEN[exchange.account];
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ account: exchange.account, provenOn: proven?.on ?? null, rows })}\n`);
    return;
  }
  const width = Math.max(...rows.map(({ offers }) => offers.length)) + 2;
  process.stdout.write(
    `${exchange.account}   ${proven ? `cases below hold on ${proven.on}` : 'nothing proven here: as ccxt declares it'}\n\n`,
  );
  for (const { what, offers, proven: cases } of rows)
    process.stdout.write(
      `${what.padEnd(24)}${offers.padEnd(width)}${offers === 'no' ? '' : cases.join(' ') || 'declared'}\n`,
    );
  process.stdout.write(
    `\nCases: docs/reference/exchange-acceptance.md. Run them yourself: tidegate show exchange ${exchange.name} --run --testnet\n`,
  );
}

async function runCases(exchange: ExchangePort, flags: ShowExchangeFlags, hasKeys: boolean): Promise<void> {
  const { ACCEPTANCE_CASES, runAcceptance } = await import('../exchange/acceptance/run-acceptance.ts');
  const only = flags.only ?? [];
  const strange = only.find((id) => !ACCEPTANCE_CASES.some((one) => one.id === id));
  if (strange !== undefined)
    throw new UsageError('USAGE_CASE', `there is no acceptance case "${strange}"`, {
      remedy: `Cases: ${ACCEPTANCE_CASES.map(({ id }) => id).join(' ')}.`,
    });
  await exchange.open();
  const usual = ['BTC/USDT:USDT', 'BTC/USDC:USDC', 'BTC/USDT', 'BTC/USD', 'BTC/USDC'];
  const pair = flags.pair ?? usual.find((one) => exchange.market(one)) ?? '';
  // Real money is never used to test with.
  const mayTrade = hasKeys && (flags.testnet === true || flags.url !== undefined);
  if (!flags.json) process.stdout.write(`${exchange.account}, ${pair}\n`);
  const results = await runAcceptance({
    exchange,
    pair,
    only,
    needs: mayTrade ? 'orders' : hasKeys ? 'account' : 'public',
    run: `accept${Date.now()}`,
    told: ({ id, result, title, said }) => {
      if (!flags.json) process.stdout.write(`${id}  ${result.padEnd(8)} ${title}: ${said}\n`);
    },
  });
  if (flags.json) process.stdout.write(`${JSON.stringify({ account: exchange.account, pair, results })}\n`);
  if (results.some(({ result }) => result === 'failed')) process.exitCode = 1;
}

import type { ExchangeKeys } from './make-client.ts';

const NAMES = {
  apiKey: 'TIDEGATE_API_KEY',
  secret: 'TIDEGATE_API_SECRET',
  password: 'TIDEGATE_API_PASSWORD',
  walletAddress: 'TIDEGATE_WALLET_ADDRESS',
  privateKey: 'TIDEGATE_PRIVATE_KEY',
} as const;

/**
 * Keys that the environment holds; none of its variables set: an empty object.
 * @param bot name of one of several bots: it has variables of its own, `TIDEGATE_BYBIT_API_KEY` for `bybit`, and never those of another
 */
export function keysFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  bot?: string,
): ExchangeKeys {
  const keys: Partial<Record<keyof typeof NAMES, string>> = {};
  for (const [key, name] of Object.entries(NAMES)) {
    const value = environment[keyVariable(name, bot)];
    if (value) keys[key as keyof typeof NAMES] = value;
  }
  return keys;
}

/** The variable of a key, for one of several bots where it is named. */
export function keyVariable(name: string, bot?: string): string {
  return bot === undefined ? name : name.replace('TIDEGATE_', `TIDEGATE_${bot.toUpperCase().replaceAll('-', '_')}_`);
}

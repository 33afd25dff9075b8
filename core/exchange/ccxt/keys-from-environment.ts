import type { ExchangeKeys } from './make-client.ts';

const NAMES = {
  apiKey: 'TIDEGATE_API_KEY',
  secret: 'TIDEGATE_API_SECRET',
  password: 'TIDEGATE_API_PASSWORD',
  walletAddress: 'TIDEGATE_WALLET_ADDRESS',
  privateKey: 'TIDEGATE_PRIVATE_KEY',
} as const;

/** Keys that the environment holds; none of its variables set: an empty object. */
export function keysFromEnvironment(environment: Readonly<Record<string, string | undefined>>): ExchangeKeys {
  const keys: Partial<Record<keyof typeof NAMES, string>> = {};
  for (const [key, name] of Object.entries(NAMES)) {
    const value = environment[name];
    if (value) keys[key as keyof typeof NAMES] = value;
  }
  return keys;
}

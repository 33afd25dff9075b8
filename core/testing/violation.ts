import type { z } from 'zod';
import type { AnyPlugin } from '../registry/define-plugin.ts';

/** A law of a module kind's contract that a plugin broke, and how. */
export interface ContractViolation {
  readonly law: string;
  readonly detail: string;
}

/** Options for a contract run: those of the module (its defaults when absent), and the seed of the made-up inputs. */
export interface ModuleContract {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
}

/** Collects violations, each law once: the first case says enough. */
export class Findings {
  readonly list: ContractViolation[] = [];
  readonly #laws = new Set<string>();

  add(law: string, detail: string): void {
    if (this.#laws.has(law)) return;
    this.#laws.add(law);
    this.list.push({ law, detail });
  }
}

/** Laws of every kind: options parse from their defaults or the given ones, each option is described, the doc line is one. */
export function checkDeclaration(plugin: AnyPlugin, contract: ModuleContract, found: Findings): unknown {
  if (/\n/.test(plugin.doc) || plugin.doc.length > 140) found.add('doc line', `"${plugin.doc}" is not one line`);
  for (const [name, schema] of Object.entries(plugin.options.shape as Record<string, z.ZodType>))
    if (!schema.description) found.add('options described', `option ${name} has no description: add .describe("…")`);
  const parsed = plugin.options.safeParse(contract.options ?? {});
  if (!parsed.success) {
    found.add('options parse', parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '));
    return undefined;
  }
  return parsed.data;
}

/** Makes the module anew: every contract compares at least two. */
export function make<M>(plugin: AnyPlugin, options: unknown): M {
  return plugin.create(structuredClone(options) as never) as M;
}

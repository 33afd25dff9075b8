import type { z } from 'zod';
import type { Kind, KindContracts } from './kinds.ts';

/** A pluggable module: what it is called, which options it takes, and how it is made. */
export interface Plugin<K extends Kind = Kind, S extends z.ZodObject = z.ZodObject> {
  readonly kind: K;
  /** kebab-case, unique within the kind. */
  readonly name: string;
  /** Semantic version of the module. */
  readonly version: string;
  /** Range of Tidegate versions it works with, `^1.0`; absent: any. */
  readonly core?: string;
  /** Other modules it needs, as `kind:name`. */
  readonly requires?: readonly string[];
  /** One line: what it is. */
  readonly doc: string;
  readonly options: S;
  create(options: z.infer<S>): KindContracts[K];
}

/** Any plugin, its option types forgotten: what the registry holds. */
export interface AnyPlugin {
  readonly kind: Kind;
  readonly name: string;
  readonly version: string;
  readonly core?: string;
  readonly requires?: readonly string[];
  readonly doc: string;
  readonly options: z.ZodObject;
  create(options: never): KindContracts[Kind];
}

/** Declares a plugin. Only a typed identity: nothing runs until the registry makes the module. */
export function definePlugin<K extends Kind, S extends z.ZodObject>(plugin: Plugin<K, S>): Plugin<K, S> {
  return plugin;
}

/** One case of a vector file; see the README beside the vectors for its fields. */
export interface VectorCase {
  readonly id: string;
  readonly fn: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly dataset?: string;
  readonly inputs?: readonly string[];
  readonly input?: unknown;
  readonly expected?: unknown;
  readonly rtol?: number;
  readonly atol?: number | Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}

/** A vector file: what it is about, data shared by its cases, and the cases. */
export interface VectorFile {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly cases: readonly VectorCase[];
  readonly [field: string]: unknown;
}

/**
 * Computes one case with the project's own code and returns a value shaped like `expected`.
 * A handler for cases with a rule of their own ("accept", statistical) returns `{ computed, passed, why }` instead.
 */
export type VectorHandler = (vector: VectorCase, file: VectorFile) => unknown | Promise<unknown>;

/** A handler's own verdict, where plain comparison with `expected` is not the rule. */
export interface Verdict {
  readonly computed: unknown;
  readonly passed: boolean;
  readonly why?: string;
}

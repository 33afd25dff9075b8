import fc from 'fast-check';

/** Properties draw from one seed, so that a landing does not hang on luck; TIDEGATE_SEED tries others (a failure prints its own). */
fc.configureGlobal({ seed: Number(process.env.TIDEGATE_SEED ?? 20261121) });

/** Everything that strategies and plugins import: `import { Strategy, ema, int } from 'tidegate'`. */
export { z } from 'zod';
export * from './core/index.ts';

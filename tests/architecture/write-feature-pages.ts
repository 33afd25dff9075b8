import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { featurePages } from '../../core/indicators/describe-features.ts';

/** Writes the reference pages of all features: `node tests/architecture/write-feature-pages.ts`. */
const folder = fileURLToPath(new URL('../../docs/reference/features/', import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, text] of featurePages()) writeFileSync(folder + name, text);

import { z } from 'zod';

/** Options of modules that predict with a model file from elsewhere: the file, and what its answers stand for. */
export const modelFileOptions = {
  file: z.string().min(1).describe('the model file'),
  classes: z
    .array(z.int())
    .refine((c) => c.length !== 1, 'one class is none: give two or more, or []')
    .default([0, 1])
    .describe('labels that its classes stand for, ascending; []: a real-valued label'),
  deviation: z
    .number()
    .min(0)
    .default(0)
    .describe('deviation of a real-valued label, which directions are scaled by; 0: only the sign counts'),
} as const;

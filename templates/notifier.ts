import { definePlugin, redacted, z } from 'tidegate';

/** The part of Node's that it uses. */
declare const process: { readonly stdout: { write(text: string): void } };

/** Notifier __NAME__: a line on the terminal, with a bell where it is serious. It must not throw: trading goes on whoever is told. */
export default definePlugin({
  kind: 'notifier',
  name: '__NAME__',
  version: '1.0.0',
  doc: 'lines on the terminal, with a bell',
  options: z.object({ bell: z.boolean().default(true).describe('rings at warnings and worse') }),
  create: ({ bell }) => ({
    name: '__NAME__',
    async notify({ level, title, text, time }) {
      const ring = bell && level !== 'info' ? '\u0007' : '';
      // What is told may hold what somebody else wrote: `redacted` strikes out secrets.
      process.stdout.write(`${ring}${new Date(time).toISOString()} ${redacted(`${title}: ${text}`)}\n`);
    },
  }),
});

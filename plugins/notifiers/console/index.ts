import { definePlugin, redacted, z } from 'tidegate';

const LEVELS = ['info', 'warning', 'critical'] as const;

/** Messages as lines on the terminal: warnings and worse go to standard error. */
export default definePlugin({
  kind: 'notifier',
  name: 'console',
  version: '1.0.0',
  doc: 'messages as lines on the terminal',
  options: z.object({
    least: z.enum(LEVELS).default('info').describe('least level that is shown'),
  }),
  create: ({ least }) => ({
    name: 'console',
    async notify({ level, title, text, time }) {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
      const line = `${new Date(time).toISOString()} ${level.toUpperCase()} ${redacted(`${title}: ${text}`)}\n`;
      // A closed pipe must not stop trading.
      const out = level === 'info' ? process.stdout : process.stderr;
      if (out.writable) out.write(line);
    },
  }),
});

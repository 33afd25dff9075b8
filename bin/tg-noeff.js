#!/usr/bin/env node
// Plain JavaScript that any Node can read, so that one too old is told so instead of failing on syntax.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Tidegate needs Node 22.18 or newer; this is ${process.versions.node}.\n` +
      'In a clone, "npm ci" brings its own Node (the package "node", whose install script must be allowed); then use "npx tidegate" or "npm start".\n' +
      'Where the package is installed, "npm install node@24" puts one beside it for "npx tidegate".\n',
  );
  process.exit(1);
}
const { existsSync } = await import('node:fs');
const { enableCompileCache } = await import('node:module');
const args = process.argv.slice(2);
if (args.find((arg) => !arg.startsWith('-')) === 'backtest' && !args.includes('--ticks')) {
  // A backtest keeps nobody waiting: compiling and collecting in one thread takes less CPU and memory than in five. Flags are part of the key of
  // compiled code, so they are set before any is looked for, and after the parts of Node that every backtest needs (hashes, standard output): its own compiled code
  // has a key as well. core/cli/backtest.ts sets the last one where the pairs stand in a file. Runs on ticks are long enough for the optimising compiler,
  // which the first flag keeps from most of the code: half the events per second at four million.
  await import('node:crypto');
  void process.stdout;
  const { setFlagsFromString } = await import('node:v8');
  const v8 = Number.parseInt(process.versions.v8, 10);
  
  // Marking the heap bit by bit keeps pauses short and costs several times what marking it at once does; meanwhile nothing is freed.
  setFlagsFromString('--no-incremental-marking');
  // What is kept of a module is what was compiled as it was loaded: all of it, in place of compiling 1,400 functions again in every run. That is
  // 6 MB of them, which columns of many pairs need more.
  const hasManyPairs = args.some((arg) => /\/.*,/.test(arg));
  const flags = hasManyPairs ? ['--semi-space-growth-factor=1'] : ['--no-lazy', '--semi-space-growth-factor=3'];
  // At each collection of young objects V8 lowers the size at which it marks the whole heap. A pair-year ends below that size if the young generation
  // grows in larger steps and columns, which lie outside the heap, do not count towards it. Later versions may lack that flag.
  if (!hasManyPairs && v8 === 13) flags.push('--external-memory-accounted-in-global-limit');
  for (const flag of flags) setFlagsFromString(flag);
  // Nothing is left to be done then: taking the heap down piece by piece would be the process's last 15 ms.
  process.on('beforeExit', () => {
    if (process.listenerCount('beforeExit') === 1) process.exit();
  });
}
enableCompileCache();
// A clone runs its sources, the published package its compiled form.
const source = new URL('../core/cli/main.ts', import.meta.url);
const { main } = await import(
  existsSync(source) ? source.href : new URL('../dist/core/cli/main.js', import.meta.url).href
);
await main(args);

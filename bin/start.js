// What `npm start` runs: the demo, after a look at the Node version.
process.argv.splice(2, 0, 'demo');
await import('./tidegate.js');

export {};

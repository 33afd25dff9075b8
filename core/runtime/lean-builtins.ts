const COMMANDER = /\/node_modules\/commander\/(?!node_modules\/)/;

/** What commander uses of them. It starts a process only for commands that are programs of their own, which we have none of. */
const SOURCES: Readonly<Record<string, string>> = {
  'node:process': 'export default process;',
  'node:util': "export const { stripVTControlCharacters } = process.getBuiltinModule('node:util');",
  'node:child_process':
    "export default { spawn: (...given) => process.getBuiltinModule('node:child_process').spawn(...given) };",
};

/**
 * URL of a module with what commander imports of a module of Node's, null for all others. An import of such a module asks for every value that it
 * has, which opens all standard streams, starts message channels and loads what processes are started with: a quarter of the time of `--help`.
 */
export function leanBuiltin(specifier: string, importer: string | undefined): string | null {
  const source = SOURCES[specifier];
  return source !== undefined && importer !== undefined && COMMANDER.test(importer)
    ? `data:text/javascript,${encodeURIComponent(source)}`
    : null;
}

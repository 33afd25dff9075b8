// The arrows of the house (docs/guides/architecture.md). Tests stand outside them.
const layer = (name, ...mayImport) => ({
  name: `core-${name}`,
  severity: 'error',
  comment: `core/${name} may import ${mayImport.join(', ') || 'nothing'}`,
  from: { path: `^core/${name}/`, pathNot: TESTS },
  to: {
    path: '^(core|plugins|strategies|templates|user_data|tests|bench)/',
    pathNot: `^core/(${[name, ...mayImport].join('|')})/`,
  },
});
const TESTS = '(\\.test\\.ts|\\.test-d\\.ts|-fixture\\.ts)$';
const DOMAIN = ['foundation', 'domain'];
const COLUMNS = [...DOMAIN, 'columns'];
const PORTS = [...COLUMNS, 'indicators', 'ports'];
const REGISTRY = [...PORTS, 'registry'];
const STRATEGY = [...REGISTRY, 'strategy'];
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    layer('foundation'),
    layer('domain', 'foundation'),
    layer('columns', ...DOMAIN),
    layer('indicators', ...COLUMNS),
    layer('ports', ...COLUMNS, 'indicators'),
    layer('registry', ...PORTS),
    layer('strategy', ...REGISTRY, 'microstructure'),
    layer('engine', ...STRATEGY, 'microstructure', 'book'),
    layer('metrics', ...DOMAIN),
    layer('microstructure', ...COLUMNS),
    layer('book', ...COLUMNS, 'microstructure'),
    layer('data', ...COLUMNS, 'ports', 'book'),
    layer('ml', ...COLUMNS, 'ports', 'metrics'),
    layer('hyperopt', ...STRATEGY, 'metrics'),
    layer('exchange', ...PORTS, 'book'),
    layer('persistence', ...PORTS, 'ml', 'metrics'),
    layer('config', ...REGISTRY),
    layer('report', ...DOMAIN, 'metrics'),
    layer('testing', ...STRATEGY, 'book'),
    {
      name: 'engine-is-pure',
      severity: 'error',
      comment: 'the engine and what it stands on know no files, processes, network or databases',
      from: {
        path: '^core/(foundation|domain|columns|indicators|ports|registry|strategy|engine|metrics|microstructure|book)/',
        pathNot: `${TESTS}|^core/book/import/`,
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'plugins-import-the-entry',
      severity: 'error',
      comment: "plugins and strategies import 'tidegate', and nothing of each other",
      from: { path: '^(plugins|strategies)/([^/]+)/', pathNot: `${TESTS}|^plugins/[^/]+\\.ts$` },
      to: { path: '^(core|tests|bench|user_data)/' },
    },
    {
      name: 'core-knows-no-plugin',
      severity: 'error',
      from: { path: '^core/', pathNot: `${TESTS}|^core/runtime/builtin-plugins\\.ts$` },
      to: { path: '^(plugins|strategies|templates|bench|tests)/' },
    },
    {
      name: 'tests-stay-outside',
      severity: 'error',
      from: { path: '^(core|plugins|strategies)/', pathNot: TESTS },
      to: { path: '^tests/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};

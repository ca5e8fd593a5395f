// The import table of the architecture, as rules. Read a row as: files in `folder` may import `may` (and packages), nothing else of ours.
const PARTS = ['vault', 'otp', 'transfer', 'backends', 'fido']

const TABLE = [
  { folder: 'shared/kit', may: [] },
  { folder: 'shared/domain', may: ['shared/kit'] },
  { folder: 'shared/contract', may: ['shared/domain', 'shared/kit'] },
  ...PARTS.map((part) => ({ folder: `electron/${part}`, may: ['shared/domain', 'shared/kit'] })),
  {
    folder: 'electron/services',
    may: [
      ...PARTS.map((part) => `electron/${part}/index.ts`),
      'electron/backends/(backend|journal).ts',
      'shared/contract',
      'shared/domain',
      'shared/kit',
    ],
  },
  { folder: 'electron/dispatch', may: ['electron/services', 'shared/contract', 'shared/kit'] },
  ...['desktop', 'browser', 'cli', 'node'].map((shell) => ({
    folder: `electron/shells/${shell}`,
    may: [
      'electron/services/(ports|handlers).ts',
      'electron/shells/node',
      'electron/shells/[a-z-]+.ts',
      'shared/contract',
      'shared/domain',
      'shared/kit',
    ],
  })),
  { folder: 'renderer/client', may: ['shared/contract', 'shared/kit'] },
  { folder: 'renderer/ui', may: ['shared/contract', 'shared/domain', 'shared/kit'] },
  { folder: 'renderer/i18n', may: ['renderer/ui', 'shared/contract', 'shared/domain', 'shared/kit'] },
  {
    folder: 'renderer/features',
    may: ['renderer/client', 'renderer/ui', 'renderer/i18n', 'shared/contract', 'shared/domain', 'shared/kit'],
    ownSubfolder: true,
  },
  {
    folder: 'renderer/app',
    may: [
      'renderer/features',
      'renderer/client',
      'renderer/ui',
      'renderer/i18n',
      'shared/contract',
      'shared/domain',
      'shared/kit',
    ],
  },
]

const NOT_TESTS = '\\.test\\.tsx?$|/golden/|/gallery/|/testing/'
const row = ({ folder, may, ownSubfolder }) => ({
  name: `${folder} imports only ${may.length > 0 ? may.join(', ') : 'itself'}`,
  severity: 'error',
  from: { path: ownSubfolder ? `^${folder}/([^/]+)/` : `^${folder}[/.]`, pathNot: NOT_TESTS },
  to: {
    path: '^(shared|electron|renderer|test|scripts)/',
    pathNot: [ownSubfolder ? `^${folder}/$1/` : `^${folder}[/.]`, ...may.map((allowed) => `^${allowed}(/|$)`)],
  },
})

module.exports = {
  forbidden: [
    ...TABLE.map(row),
    { name: 'no cycles', severity: 'error', from: { pathNot: NOT_TESTS }, to: { circular: true } },
    {
      name: 'Electron is imported by its shell and entries alone',
      comment: 'In plain Node that import tries to download the binary.',
      severity: 'error',
      from: { pathNot: '^electron/(main\\.ts|preload\\.ts|shells/desktop/)' },
      to: { path: '^electron$|node_modules/electron/' },
    },
    {
      name: 'the page knows nothing of Node',
      severity: 'error',
      from: { path: '^(renderer|shared)/', pathNot: NOT_TESTS },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: "JSON-RPC for the browser is the client's alone",
      severity: 'error',
      from: { path: '^renderer/', pathNot: '^renderer/client/' },
      to: { path: 'vscode-jsonrpc' },
    },
    {
      name: 'what runs imports no tests',
      severity: 'error',
      from: { path: '^(shared|electron|renderer)/', pathNot: NOT_TESTS },
      to: { path: '^test/|\\.test\\.tsx?$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
}

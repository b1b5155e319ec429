// JupyterLab's packages are ES modules, which jest has to be told to translate.
const modules = [
  '@jupyter/',
  '@jupyterlab/',
  '@microsoft/',
  'eventsource-parser',
  'exenv-es6',
  'lib0',
  'openapi-fetch',
  'y-protocols',
  'yjs'
].join('|');

module.exports = {
  testEnvironment: '<rootDir>/jest.environment.js',
  setupFiles: ['<rootDir>/jest.setup.js'],
  roots: ['<rootDir>/src'],
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  moduleNameMapper: { '\\.svg$': '<rootDir>/jest.text.js', '\\.css$': '<rootDir>/jest.text.js' },
  transform: {
    '\\.m?[jt]sx?$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'classic' } },
          target: 'es2021'
        },
        module: { type: 'commonjs' }
      }
    ]
  },
  transformIgnorePatterns: [`/node_modules/(?!(${modules}))`]
};

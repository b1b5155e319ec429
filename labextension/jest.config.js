// JupyterLab's packages are ES modules, which jest has to be told to translate.
const modules = ['@jupyter/ydoc', '@jupyterlab/', 'lib0', 'y-protocols', 'yjs'].join('|');

module.exports = {
  testEnvironment: 'jsdom',
  setupFiles: ['<rootDir>/jest.setup.js'],
  roots: ['<rootDir>/src'],
  transform: {
    '\\.[jt]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2021' }, module: { type: 'commonjs' } }
    ]
  },
  transformIgnorePatterns: [`/node_modules/(?!(${modules}))`]
};

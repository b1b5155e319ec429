// jsdom hides what Node.js has and every browser too.
const { TestEnvironment } = require('jest-environment-jsdom');

const NAMES = ['fetch', 'Headers', 'Request', 'Response', 'FormData', 'ReadableStream', 'AbortController'];

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const name of [...NAMES, 'AbortSignal', 'structuredClone']) {
      this.global[name] = globalThis[name];
    }
  }
};

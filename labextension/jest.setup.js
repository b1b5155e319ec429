// What browsers have and jsdom has not.
const { webcrypto } = require('node:crypto');
const { TextDecoder, TextEncoder } = require('node:util');

class ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}

Object.assign(globalThis, {
  TextDecoder,
  TextEncoder,
  ResizeObserver,
  DragEvent: class DragEvent extends Event {},
  requestIdleCallback: act => setTimeout(act),
  cancelIdleCallback: clearTimeout,
  matchMedia: query => ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} })
});
Object.assign(Element.prototype, { setPointerCapture() {}, hasPointerCapture: () => false });
Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
// A cell that is made is asked for its length before it belongs to a document; Yjs warns of it at length.
const warn = console.warn;
console.warn = (...said) => String(said[0]).includes('Invalid access') || warn(...said);

/** Files that the browser saves. */
import { h } from '../dom';

/** The browser begins some time after it was asked to. */
const BEGUN_MS = 60_000;

/** Have the browser save some content under a name. */
export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  saveFrom(address, name);
  window.setTimeout(() => URL.revokeObjectURL(address), BEGUN_MS);
}

/** Have the browser fetch and save what is at an address. */
export function saveFrom(address: string, name: string): void {
  h('a', { href: address, download: name }).click();
}

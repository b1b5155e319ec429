/** What is said of files. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Artifact } from './artifacts';

export function typeWord(trans: TranslationBundle, type: Artifact['type']): string {
  return {
    uploaded: trans.__('uploaded'),
    generated: trans.__('generated'),
    output: trans.__('output'),
    screenshot: trans.__('screenshot'),
    preview: trans.__('preview')
  }[type];
}

/** Bytes in the unit that gives one to three digits before the point. */
export function sizeWord(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  const size = bytes / 1024 ** power;
  return `${power && size < 10 ? size.toFixed(1) : Math.round(size)} ${units[power]}`;
}

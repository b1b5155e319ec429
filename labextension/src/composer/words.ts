/** How the options are called for people. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { text } from '../api/read';
import type { IOptions } from './store';

/** What code can be proved in. */
const LANGUAGES: Readonly<Record<string, string>> = { python: 'Python' };

type Names = Readonly<Record<string, string>>;

/** Value → its name. */
export function languageNames(trans: TranslationBundle): Names {
  return { '': trans.__('Detected'), ...LANGUAGES };
}

export function tierNames(trans: TranslationBundle): Names {
  return {
    '': trans.__('Automatic'),
    simple: trans.__('Simple'),
    medium: trans.__('Medium'),
    complex: trans.__('Complex')
  };
}

export function preferenceNames(trans: TranslationBundle): Names {
  return { fast: trans.__('Fast'), balanced: trans.__('Balanced'), quality: trans.__('Quality') };
}

export function outputNames(trans: TranslationBundle): Names {
  return { snippet: trans.__('Cells'), zip: trans.__('ZIP archive'), pr: trans.__('Pull request') };
}

/** Of a chip: what the option is set to. */
export function optionName(trans: TranslationBundle, option: keyof IOptions, value: string): string {
  const named = (names: Names): string => text(names[value]) || value;
  switch (option) {
    case 'language':
      return trans.__('Language: %1', named(languageNames(trans)));
    case 'tier':
      return trans.__('Tier: %1', named(tierNames(trans)));
    case 'preference':
      return trans.__('Models: %1', named(preferenceNames(trans)));
    case 'template':
      return trans.__('Template: %1', value);
    case 'output':
      return trans.__('Result: %1', named(outputNames(trans)));
  }
}

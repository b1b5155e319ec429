/** What an attempt says about itself, in words: the same meanings as `agents/classify.py` has. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Wire } from '../api/client';

export function errorWord(trans: TranslationBundle, errorClass: string): string {
  const known: Record<string, string> = {
    infrastructure: trans.__('the sandbox failed, not the code'),
    notebook: trans.__('the notebook’s own cells fail before it'),
    missing_package: trans.__('a module is not installed'),
    package_not_allowed: trans.__('a package needs your approval'),
    syntax: trans.__('it is not valid source'),
    newer_python: trans.__('it needs a newer Python than the kernel’s'),
    import: trans.__('an import fails'),
    assertion: trans.__('a test found a wrong result'),
    exception: trans.__('it raised an exception'),
    timeout: trans.__('it did not end in time'),
    memory: trans.__('it used too much memory'),
    output: trans.__('it printed too much'),
    early_exit: trans.__('it ended the process before the tests were done'),
    tampering: trans.__('it interfered with the test run'),
    gaming: trans.__('it was made for the tests, not for the request'),
    collection: trans.__('the tests could not be loaded with it'),
    lint: trans.__('the linter found errors'),
    security: trans.__('the security scan found a grave problem'),
    blocked_import: trans.__('it imports what may not be imported here')
  };
  return Object.hasOwn(known, errorClass) ? known[errorClass] : trans.__('it did not pass');
}

export function originWord(trans: TranslationBundle, origin: Wire['Attempt']['origin']): string {
  const known: Record<string, string> = {
    draft: trans.__('first draft'),
    repair: trans.__('repair'),
    reason: trans.__('repair, the cause first'),
    fresh: trans.__('fresh start'),
    sample: trans.__('independent solution'),
    recording: trans.__('as recorded'),
    mend: trans.__('well-known mend'),
    given: trans.__('your own code')
  };
  return Object.hasOwn(known, origin) ? known[origin] : origin;
}

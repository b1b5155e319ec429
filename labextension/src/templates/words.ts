/** What is said about a template, in words. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Wire } from '../api/client';
import type { Category } from './state';

export const CATEGORIES: readonly Category[] = ['data', 'ui', 'api', 'auth', 'crud', 'utility'];

export function categoryName(trans: TranslationBundle, category: Category): string {
  const names: Record<Category, string> = {
    data: trans.__('Data'),
    ui: trans.__('Charts and reports'),
    api: trans.__('APIs'),
    auth: trans.__('Authentication'),
    crud: trans.__('Storage'),
    utility: trans.__('Utilities')
  };
  return Object.hasOwn(names, category) ? names[category] : category;
}

/** Language, framework, uses and where it is from. */
export function factsOf(trans: TranslationBundle, template: Wire['TemplateSummary']): string {
  const { language, framework, usage_count: uses, origin } = template;
  return [
    language,
    framework,
    uses ? trans._n('used once', 'used %1 times', uses) : trans.__('not used yet'),
    origin === 'user' ? trans.__('your own') : trans.__('built in')
  ].join(' · ');
}

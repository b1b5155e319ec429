/** A letter as /chat takes it, and what it says of each thing that goes along. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Said } from '../chat/conversation';
import type { Found } from '../kernel/kernel';
import type { Attachment, ICellAttachment, IFileAttachment, ILetter, IVariableAttachment } from './store';

export function filesOf(letter: ILetter): readonly IFileAttachment[] {
  return letter.attachments.filter((one): one is IFileAttachment => one.kind === 'artifact');
}

export function cellsOf(letter: ILetter): readonly ICellAttachment[] {
  return letter.attachments.filter((one): one is ICellAttachment => one.kind === 'cell');
}

export function variablesOf(letter: ILetter): readonly IVariableAttachment[] {
  return letter.attachments.filter((one): one is IVariableAttachment => one.kind === 'variable');
}

/** Whether it says something of a notebook: only then its kernel matters. */
export function isOfNotebook(letter: ILetter): boolean {
  return letter.attachments.some(one => one.kind !== 'artifact');
}

/** What is left to the agent is not said. `found` is what the code will find in the notebook, where that is known. */
export function said(letter: ILetter, found: Found | null = null): Said {
  const { draft, options, kernel } = letter;
  const files = filesOf(letter).map(one => one.id);
  return {
    message: draft,
    ...(files.length ? { context_artifacts: files } : {}),
    ...(isOfNotebook(letter) ? { context: contextOf(letter, kernel, found) } : {}),
    ...(options.language ? { language: options.language } : {}),
    ...(options.tier ? { tier: options.tier } : {}),
    ...(options.preference === 'balanced' ? {} : { llm_preference: options.preference }),
    // A template is to be made into code, whatever the words are.
    ...(options.template ? { template_id: options.template, intent: 'code' } : {}),
    ...(options.output === 'snippet' ? {} : { output_preference: options.output })
  };
}

function contextOf(letter: ILetter, kernel: ILetter['kernel'], found: Found | null): object {
  const variables = variablesOf(letter).map(one => [one.name, one.description] as const);
  return {
    variables: Object.fromEntries(variables),
    cells: cellsOf(letter).map(({ id, source }) => ({ id: id.slice(id.lastIndexOf('#') + 1), source })),
    ...(kernel ? { kernel_python: kernel.python, packages: [...kernel.packages] } : {}),
    ...(found ? { notebook: found } : {})
  };
}

/** What of it is sent, in words. */
export function contentOf(trans: TranslationBundle, one: Attachment): string {
  switch (one.kind) {
    case 'artifact':
      return trans.__(
        'The file as it is (%1): code and tests find it in their folder. Its artifact is %2.',
        bytes(one.size),
        one.id
      );
    case 'cell':
      return one.source;
    case 'variable':
      return `${one.name}: ${one.description}`;
  }
}

export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = size < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(size) / 3));
  return `${(size / 1000 ** power).toFixed(power && size / 1000 ** power < 10 ? 1 : 0)} ${units[power]}`;
}

/** What is about to be said: words, what goes along with them, and how it is to be done. Kept over views and reloads. */
import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyJSONValue } from '@lumino/coreutils';
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { IKernelFacts } from '../kernel/kernel';
import { list, number, record, text, texts } from '../api/read';

const KEY = 'jupyter-coding-agent:composer';

/** A file that the server has. */
export interface IFileAttachment {
  readonly kind: 'artifact';
  /** The artifact's. */
  readonly id: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** A notebook's cell, as it was when it was chosen. */
export interface ICellAttachment {
  readonly kind: 'cell';
  readonly id: string;
  readonly name: string;
  /** The notebook's path. */
  readonly notebook: string;
  readonly source: string;
}

/** A live variable: its name and what it is, never its value. */
export interface IVariableAttachment {
  readonly kind: 'variable';
  /** `notebook:name`. */
  readonly id: string;
  readonly name: string;
  readonly notebook: string;
  /** Type, shape, columns; secrets were taken out in the kernel. */
  readonly description: string;
}

export type Attachment = IFileAttachment | ICellAttachment | IVariableAttachment;
export type Output = 'snippet' | 'zip' | 'pr';

/** An empty text leaves it to the agent. */
export interface IOptions {
  readonly language: string;
  readonly tier: '' | 'simple' | 'medium' | 'complex';
  readonly preference: 'fast' | 'balanced' | 'quality';
  readonly template: string;
  readonly output: Output;
}

/** What a message is made of. */
export interface ILetter {
  readonly draft: string;
  readonly attachments: readonly Attachment[];
  readonly options: IOptions;
  /** Of the notebook that cells or variables were chosen from. */
  readonly kernel: IKernelFacts | null;
}

export interface IComposer extends ILetter {
  setDraft(draft: string): void;
  setOptions(options: Partial<IOptions>): void;
  setKernel(kernel: IKernelFacts | null): void;
  /** One that is attached already is replaced. */
  attach(...attachments: readonly Attachment[]): void;
  detach(attachment: Pick<Attachment, 'kind' | 'id'>): void;
  /** Everything, once: it is about to be sent, so there is nothing left that could be sent twice. */
  take(): ILetter;
  /** What could not be sent is there again, before whatever was written meanwhile. */
  restore(letter: ILetter): void;
}

export type ComposerStore = StoreApi<IComposer>;

export const DEFAULT_OPTIONS: IOptions = {
  language: '',
  tier: '',
  preference: 'balanced',
  template: '',
  output: 'snippet'
};
const NOTHING: ILetter = { draft: '', attachments: [], options: DEFAULT_OPTIONS, kernel: null };

/** The store, at first empty: what was kept comes when JupyterLab's database answers, and is put before what is written by then. */
export function composerStore(database: IStateDB | null): ComposerStore {
  const store = createStore<IComposer>((set, get) => ({
    ...NOTHING,
    setDraft: draft => set({ draft }),
    setOptions: options => set({ options: { ...get().options, ...options } }),
    setKernel: kernel => set({ kernel }),
    attach: (...more) => set({ attachments: joined(get().attachments, more) }),
    detach: ({ kind, id }) =>
      set({ attachments: get().attachments.filter(one => one.kind !== kind || one.id !== id) }),
    take: () => {
      const { draft, attachments, options, kernel } = get();
      // A template is for one request; the rest of the options is how somebody works.
      set({ ...NOTHING, options: { ...options, template: '' } });
      return { draft, attachments, options, kernel };
    },
    restore: letter => set(before(letter, get()))
  }));
  const keep = (): void => {
    store.subscribe(({ draft, attachments, options, kernel }) => {
      const kept = { draft, attachments, options, kernel };
      void database?.save(KEY, kept as unknown as ReadonlyJSONValue);
    });
  };
  database
    ?.fetch(KEY)
    .then(kept => kept && store.getState().restore(read(kept)))
    .then(keep, keep);
  return store;
}

function joined(old: readonly Attachment[], more: readonly Attachment[]): readonly Attachment[] {
  const known = new Map(old.map(one => [`${one.kind}/${one.id}`, one]));
  more.forEach(one => known.set(`${one.kind}/${one.id}`, one));
  return [...known.values()];
}

function before(letter: ILetter, now: ILetter): ILetter {
  const drafts = [letter.draft, now.draft].filter(one => one.trim());
  const untouched = Object.entries(DEFAULT_OPTIONS).every(
    ([name, value]) => name === 'template' || now.options[name as keyof IOptions] === value
  );
  const options = untouched ? letter.options : { ...now.options, template: letter.options.template };
  return {
    draft: drafts.join('\n\n'),
    attachments: joined(letter.attachments, now.attachments),
    options,
    kernel: now.kernel ?? letter.kernel
  };
}

function read(kept: unknown): ILetter {
  const raw = record(kept);
  const kernel = record(raw.kernel);
  return {
    draft: text(raw.draft),
    attachments: list(raw.attachments).flatMap(readAttachment),
    options: readOptions(record(raw.options)),
    kernel: text(kernel.python) ? { python: text(kernel.python), packages: texts(kernel.packages) } : null
  };
}

function readAttachment(kept: unknown): Attachment[] {
  const raw = record(kept);
  const [id, name, notebook] = [text(raw.id), text(raw.name), text(raw.notebook)];
  if (!id || !name) {
    return [];
  }
  switch (raw.kind) {
    case 'artifact':
      return [{ kind: 'artifact', id, name, size: number(raw.size) ?? 0 }];
    case 'cell':
      return [{ kind: 'cell', id, name, notebook, source: text(raw.source) }];
    case 'variable':
      return [{ kind: 'variable', id, name, notebook, description: text(raw.description) }];
    default:
      return [];
  }
}

function readOptions(raw: Record<string, unknown>): IOptions {
  const among = <T extends string>(value: unknown, known: readonly T[], otherwise: T): T =>
    known.find(one => one === value) ?? otherwise;
  return {
    language: text(raw.language),
    template: text(raw.template),
    tier: among(raw.tier, ['simple', 'medium', 'complex'], ''),
    preference: among(raw.preference, ['fast', 'quality'], 'balanced'),
    output: among(raw.output, ['zip', 'pr'], 'snippet')
  };
}

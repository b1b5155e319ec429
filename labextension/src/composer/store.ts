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
  /** Those of the options that somebody chose for it: the others are as the settings are. */
  readonly chosen: Partial<IOptions>;
  /** Of the notebook that cells or variables were chosen from. */
  readonly kernel: IKernelFacts | null;
}

export interface IComposer extends ILetter {
  /** What the options are where nothing is chosen. */
  readonly defaults: IOptions;
  setDraft(draft: string): void;
  setDefaults(defaults: IOptions): void;
  /** What is as it is by default is not chosen any more. */
  setOptions(options: Partial<IOptions>): void;
  setKernel(kernel: IKernelFacts | null): void;
  /** One that is attached already is replaced. */
  attach(...attachments: readonly Attachment[]): void;
  detach(attachment: Pick<Attachment, 'kind' | 'id'>): void;
  /** Everything, once: it is about to be sent, so there is nothing left that could be sent twice. */
  take(): ILetter;
  /** What could not be sent is there again, before whatever was written meanwhile. */
  restore(letter: Omit<ILetter, 'options'>): void;
}

export type ComposerStore = StoreApi<IComposer>;

export const DEFAULT_OPTIONS: IOptions = {
  language: '',
  tier: '',
  preference: 'balanced',
  template: '',
  output: 'snippet'
};
const NOTHING = { draft: '', attachments: [], kernel: null };
/** The options that have few values. */
const VALUES: { readonly [option: string]: readonly string[] } = {
  tier: ['', 'simple', 'medium', 'complex'],
  preference: ['fast', 'balanced', 'quality'],
  output: ['snippet', 'zip', 'pr']
};

/** The store, at first empty: what was kept comes when JupyterLab's database answers, and is put before what is written by then. */
export function composerStore(database: IStateDB | null): ComposerStore {
  const store = createStore<IComposer>((set, get) => ({
    ...NOTHING,
    ...choice({}, DEFAULT_OPTIONS),
    defaults: DEFAULT_OPTIONS,
    setDraft: draft => set({ draft }),
    setDefaults: defaults => set({ defaults, ...choice(get().chosen, defaults) }),
    setOptions: options => {
      const { chosen, defaults } = get();
      set(choice(others({ ...chosen, ...options }, defaults), defaults));
    },
    setKernel: kernel => set({ kernel }),
    attach: (...more) => set({ attachments: joined(get().attachments, more) }),
    detach: ({ kind, id }) =>
      set({ attachments: get().attachments.filter(one => one.kind !== kind || one.id !== id) }),
    take: () => {
      const { draft, attachments, options, chosen, kernel, setOptions } = get();
      set(NOTHING);
      // A template is for one request; the rest of the options is how somebody works.
      setOptions({ template: '' });
      return { draft, attachments, options, chosen, kernel };
    },
    restore: letter => set(before(letter, get()))
  }));
  const keep = (): void => {
    store.subscribe(({ draft, attachments, chosen, kernel }) => {
      const kept = { draft, attachments, chosen, kernel };
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

function choice(chosen: Partial<IOptions>, defaults: IOptions): Pick<ILetter, 'chosen' | 'options'> {
  return { chosen, options: { ...defaults, ...chosen } };
}

/** Those that are not as they are by default. */
function others(options: Partial<IOptions>, defaults: IOptions): Partial<IOptions> {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => value !== defaults[name as keyof IOptions])
  );
}

function before(letter: Omit<ILetter, 'options'>, now: IComposer): ILetter {
  const drafts = [letter.draft, now.draft].filter(one => one.trim());
  const touched = Object.keys(now.chosen).some(name => name !== 'template');
  const { template = '' } = letter.chosen;
  const chosen = touched ? { ...now.chosen, template } : letter.chosen;
  return {
    draft: drafts.join('\n\n'),
    attachments: joined(letter.attachments, now.attachments),
    ...choice(chosen, now.defaults),
    kernel: now.kernel ?? letter.kernel
  };
}

function read(kept: unknown): Omit<ILetter, 'options'> {
  const raw = record(kept);
  const kernel = record(raw.kernel);
  return {
    draft: text(raw.draft),
    attachments: list(raw.attachments).flatMap(readAttachment),
    chosen: readOptions(raw.chosen),
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

/** Those of the options that are there and may be like this. */
export function readOptions(kept: unknown): Partial<IOptions> {
  const known = ([name, value]: [string, unknown]): boolean =>
    Object.hasOwn(DEFAULT_OPTIONS, name) &&
    typeof value === 'string' &&
    (!Object.hasOwn(VALUES, name) || VALUES[name].includes(value));
  return Object.fromEntries(Object.entries(record(kept)).filter(known));
}

import type { IStateDB } from '@jupyterlab/statedb';
import { said } from './letter';
import { composerStore, DEFAULT_OPTIONS } from './store';
import type { ILetter } from './store';

const FILE = { kind: 'artifact', id: 'art_1', name: 'orders.csv', size: 12 } as const;

function database(kept: unknown): { db: IStateDB; saved: ILetter[] } {
  const saved: ILetter[] = [];
  const db = {
    fetch: () => Promise.resolve(kept),
    save: (_: string, value: ILetter) => Promise.resolve(void saved.push(value))
  };
  return { db: db as unknown as IStateDB, saved };
}

test('what was kept is there again, before what was written meanwhile; nonsense in it is left out', async () => {
  const kept = {
    draft: 'Plot them',
    attachments: [FILE, { kind: 'artifact', id: 7 }, { kind: 'rocket', id: 'x', name: 'x' }, null],
    chosen: { tier: 'complex', output: 'telegram', language: 3, colour: 'red' },
    kernel: { python: '3.12', packages: ['numpy', 4] }
  };
  const { db, saved } = database(kept);
  const store = composerStore(db);
  store.getState().setDraft('in red');
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  const { draft, attachments, options, kernel } = store.getState();
  expect(draft).toBe('Plot them\n\nin red');
  expect(attachments).toEqual([FILE]);
  expect(options).toEqual({ ...DEFAULT_OPTIONS, tier: 'complex' });
  expect(kernel).toEqual({ python: '3.12', packages: ['numpy'] });
  store.getState().setDraft('');
  expect(saved.at(-1)).toMatchObject({ draft: '', chosen: { tier: 'complex' } });
});

test('a letter is taken once, and restored whole where it could not be sent', () => {
  const store = composerStore(null);
  store.getState().setDraft('Adapt it');
  store.getState().attach(FILE, FILE);
  store.getState().setOptions({ template: 'csv-report', tier: 'simple' });
  const letter = store.getState().take();
  expect(letter.attachments).toEqual([FILE]);
  expect(store.getState().take().draft).toBe('');
  expect(store.getState().options).toEqual({ ...DEFAULT_OPTIONS, tier: 'simple' });
  store.getState().setDraft('next');
  store.getState().restore(letter);
  expect(store.getState()).toMatchObject({
    draft: 'Adapt it\n\nnext',
    attachments: [FILE],
    options: { template: 'csv-report', tier: 'simple' }
  });
});

test('only what was chosen is said, in the form that the server takes', () => {
  const letter: ILetter = {
    draft: 'Sum x',
    attachments: [
      FILE,
      { kind: 'cell', id: 'a#b.ipynb#c1', name: 'In [1]', notebook: 'a#b.ipynb', source: 'x = [1]' },
      { kind: 'variable', id: 'a#b.ipynb:x', name: 'x', notebook: 'a#b.ipynb', description: 'list: 1 items' }
    ],
    options: DEFAULT_OPTIONS,
    chosen: {},
    kernel: { python: '3.12.1', packages: ['numpy'] }
  };
  expect(said(letter)).toEqual({
    message: 'Sum x',
    context_artifacts: ['art_1'],
    context: {
      variables: { x: 'list: 1 items' },
      cells: [{ id: 'c1', source: 'x = [1]' }],
      kernel_python: '3.12.1',
      packages: ['numpy']
    }
  });
  // Without a cell or a variable, the notebook is nobody's business.
  expect(said({ ...letter, attachments: [] })).toEqual({ message: 'Sum x' });
});

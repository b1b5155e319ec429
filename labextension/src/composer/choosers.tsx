/** The three lists to choose from: files that are there, cells and variables of the notebook in front. */
import type { NotebookPanel } from '@jupyterlab/notebook';
import React, { useState } from 'react';
import { answer } from '../api/client';
import { useAsked } from '../panel/asking';
import { useComposer, useLive, useServices } from '../panel/services';
import { attachCells, cellsOf, idOf, nameOf } from './cells';
import { Chooser } from './chooser';
import { variablesOf } from '../kernel/kernel';
import { bytes } from './letter';

interface IListProps {
  close(): void;
}

interface INotebookListProps extends IListProps {
  readonly notebook: NotebookPanel;
}

const MOST = 100;

export function Artifacts({ close }: IListProps): JSX.Element {
  const { agent, composer, trans } = useServices();
  const chosen = useChosen('artifact');
  const changes = useLive(state => state.changes.artifacts);
  const params = { query: { limit: MOST } };
  const { data, error, again } = useAsked(() => answer(agent.rest.GET('/artifacts', { params })), [changes]);
  const left = data ? data.total - data.artifacts.length : 0;
  return (
    <Chooser
      title={trans.__('Existing files')}
      note={left > 0 ? trans.__('The newest %1 of %2.', data?.artifacts.length, data?.total) : ''}
      nothing={trans.__('There are none yet: files that you attach or that code leaves are kept here.')}
      choices={
        data?.artifacts.map(one => ({
          id: one.artifact_id,
          name: one.name,
          detail: `${bytes(one.size)}, ${one.type}`,
          chosen: chosen.has(one.artifact_id)
        })) ?? null
      }
      error={error}
      again={again}
      choose={(id, wanted) => {
        const one = data?.artifacts.find(({ artifact_id }) => artifact_id === id);
        if (one && wanted) {
          composer.getState().attach({ kind: 'artifact', id, name: one.name, size: one.size });
        } else {
          composer.getState().detach({ kind: 'artifact', id });
        }
      }}
      close={close}
    />
  );
}

export function Cells({ notebook, close }: INotebookListProps): JSX.Element {
  const services = useServices();
  const { composer, trans } = services;
  const chosen = useChosen('cell');
  const [note, setNote] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const cells = cellsOf(notebook);
  const choose = async (id: string, wanted: boolean): Promise<void> => {
    setError(null);
    if (!wanted) {
      composer.getState().detach({ kind: 'cell', id });
      return;
    }
    try {
      const among = cells.filter(cell => idOf(notebook, cell) === id);
      setNote(await attachCells(services, notebook, among));
    } catch (reason) {
      setError(reason as Error);
    }
  };
  return (
    <Chooser
      title={trans.__('Cells of %1', notebook.title.label)}
      note={note}
      nothing={trans.__('The notebook has no cell with something in it.')}
      choices={cells.map(cell => ({
        id: idOf(notebook, cell),
        name: nameOf(services, notebook, cell),
        detail: cell.model.sharedModel.getSource().trim().split('\n', 1)[0].slice(0, 200),
        chosen: chosen.has(idOf(notebook, cell))
      }))}
      error={error}
      choose={(id, wanted) => void choose(id, wanted)}
      close={close}
    />
  );
}

export function Variables({ notebook, close }: INotebookListProps): JSX.Element {
  const { composer, trans } = useServices();
  const chosen = useChosen('variable');
  const { data, error, again } = useAsked(() => variablesOf(trans, notebook), [notebook]);
  const { path } = notebook.context;
  // What one computes with comes before what one computes by.
  const sorted = [...(data?.variables ?? [])].sort((a, b) => Number(a.definition) - Number(b.definition));
  return (
    <Chooser
      title={trans.__('Variables of %1', notebook.title.label)}
      note={trans.__(
        'Models are told names, types and shapes, never values. Code is proved with a sample of the values, on the machine of the Jupyter server.'
      )}
      nothing={trans.__('The kernel has no variables yet: run a cell first.')}
      choices={
        data &&
        sorted.map(({ name, description }) => ({
          id: name,
          name,
          detail: description,
          chosen: chosen.has(`${path}:${name}`)
        }))
      }
      error={error}
      again={again}
      choose={(name, wanted) => {
        const id = `${path}:${name}`;
        const one = data?.variables.find(other => other.name === name);
        if (one && wanted) {
          const { description } = one;
          composer.getState().attach({ kind: 'variable', id, name, notebook: path, description });
          composer.getState().setKernel(data?.facts ?? null);
        } else {
          composer.getState().detach({ kind: 'variable', id });
        }
      }}
      close={close}
    />
  );
}

function useChosen(kind: string): ReadonlySet<string> {
  const attachments = useComposer(state => state.attachments);
  return new Set(attachments.filter(one => one.kind === kind).map(one => one.id));
}

/** The code of a result: its files, why they are trusted, and where they can go. */
import { LabIcon } from '@jupyterlab/ui-components';
import React, { lazy, Suspense, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { Busy, Nothing } from '../panel/parts';
import { useServices } from '../panel/services';
import { Tabs } from '../panel/tabs';
import type { IFacetProps } from '../panel/view';
import { CodeCommands } from './commands';
import { Editor } from './editor';
import { filesOf } from './files';
import { NOWHERE, place } from './place';
import { Trust } from './trust';

/** Only a fix has one. */
const Diff = lazy(() => import('../attempts/diff').then(one => ({ default: one.UnifiedDiff })));

export default function Code({ execution }: IFacetProps): JSX.Element {
  const { trans } = useServices();
  const asked = useStore(place);
  const [chosen, choose] = useState('');
  // The place was one in this result: the next one has other lines.
  useEffect(() => () => place.setState(NOWHERE), []);
  const files = filesOf(execution);
  const file =
    files.find(one => one.path === asked.path) ?? files.find(one => one.path === chosen) ?? files[0];
  if (!file) {
    return <Nothing>{trans.__('There is no code yet.')}</Nothing>;
  }
  return (
    <div className="jca-Code">
      <Trust execution={execution} />
      <Actions id={execution.execution_id} path={file.path} fix={execution.changes.length > 0} />
      {execution.changes.map(change => (
        <figure key={change.path} className="jca-Code-change">
          <figcaption>{trans.__('%1, changed', change.name)}</figcaption>
          <Suspense fallback={<Busy />}>
            <Diff source={change.unified_diff} names={{ [change.path]: change.name }} />
          </Suspense>
        </figure>
      ))}
      <Tabs
        className="jca-Code-files"
        label={trans.__('Files of the result')}
        tabs={files.map(one => ({
          id: one.path,
          label: one.test ? trans.__('%1 (test)', one.path) : one.path
        }))}
        chosen={file.path}
        choose={path => {
          place.setState(NOWHERE);
          choose(path);
        }}
      >
        <Editor path={file.path} source={file.source} asked={asked.path === file.path ? asked : null} />
      </Tabs>
    </div>
  );
}

interface IActionsProps {
  readonly id: string;
  readonly path: string;
  readonly fix: boolean;
}

function Actions({ id, path, fix }: IActionsProps): JSX.Element {
  const { app, trans } = useServices();
  const main = fix ? CodeCommands.changeCells : CodeCommands.insertCells;
  const others = [CodeCommands.insertAtCursor, CodeCommands.copy, CodeCommands.open, CodeCommands.download];
  const run = (command: string): void => void app.commands.execute(command, { execution: id, path });
  return (
    <div className="jca-Code-actions" role="toolbar" aria-label={trans.__('What to do with the code')}>
      <button type="button" className="jca-Button jca-mod-accent" onClick={() => run(main)}>
        {app.commands.label(main)}
      </button>
      {others.map(command => {
        const label = app.commands.label(command);
        return (
          <button
            key={command}
            type="button"
            className="jca-IconButton"
            title={label}
            aria-label={label}
            onClick={() => run(command)}
          >
            <LabIcon.resolveReact icon={app.commands.icon(command)} tag="span" />
          </button>
        );
      })}
    </div>
  );
}

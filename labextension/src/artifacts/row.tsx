/** One file in the list; its name is a stranger's text. */
import { Time } from '@jupyterlab/coreutils';
import { addIcon, codeIcon, deleteIcon, downloadIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { Ago } from '../panel/ago';
import { IconButton, Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import { attach, download, remove } from './actions';
import type { Artifact } from './artifacts';
import { Thumbnail } from './thumbnail';
import { sizeWord, typeWord } from './words';

interface IRowProps {
  readonly artifact: Artifact;
  readonly reachable: boolean;
  /** It has been deleted. */
  gone(): void;
}

export function Row({ artifact, reachable, gone }: IRowProps): JSX.Element {
  const services = useServices();
  const { panel, trans } = services;
  const [error, setError] = useState<Error | null>(null);
  const act = (work: () => Promise<void>): void => {
    setError(null);
    work().catch((reason: unknown) => setError(reason instanceof Error ? reason : new Error(String(reason))));
  };
  const get = (): void => act(() => download(services, artifact));
  const drop = (): void => act(async () => ((await remove(services, artifact)) ? gone() : undefined));
  const { execution_id: origin } = artifact;
  return (
    <>
      <div className="jca-Row-line">
        {artifact.has_thumbnail && <Thumbnail id={artifact.artifact_id} />}
        <button
          type="button"
          className="jca-Row-main"
          tabIndex={reachable ? 0 : -1}
          aria-keyshortcuts="Enter Delete"
          aria-label={trans.__('Download %1', artifact.name)}
          onClick={get}
          onKeyDown={event => {
            if (event.key === 'Delete') {
              event.preventDefault();
              event.stopPropagation();
              drop();
            }
          }}
        >
          <bdi className="jca-Row-title" title={artifact.name}>
            {artifact.name}
          </bdi>
          <span className="jca-Quiet">
            {typeWord(trans, artifact.type)} · {sizeWord(artifact.size)} ·{' '}
            <Ago
              at={artifact.created_at}
              title={trans.__('kept until %1', Time.format(artifact.expires_at))}
            />
          </span>
        </button>
        <IconButton
          icon={addIcon}
          label={trans.__('Attach to the next message')}
          act={() => attach(services, artifact)}
        />
        {origin && (
          <IconButton
            icon={codeIcon}
            label={trans.__('Show the execution that it is from')}
            act={() => panel.setState({ execution: origin })}
          />
        )}
        <IconButton icon={downloadIcon} label={trans.__('Download')} act={get} />
        <IconButton icon={deleteIcon} label={trans.__('Delete …')} act={drop} />
      </div>
      {error && <Sorry error={error} />}
    </>
  );
}

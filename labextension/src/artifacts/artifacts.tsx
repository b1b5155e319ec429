/** The files that the agent knows: given to it, made by it, left by what ran. */
import { HTMLSelect } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { usePages } from '../panel/paging';
import { Busy, Nothing, Sorry } from '../panel/parts';
import { Rows } from '../panel/rows';
import { useLive, usePanel, useServices } from '../panel/services';
import { Row } from './row';
import { typeWord } from './words';
import { Upload } from './upload';

export type Artifact = Wire['ArtifactView'];
type Type = Artifact['type'];

const PAGE = 30;
const TYPES: readonly Type[] = ['uploaded', 'generated', 'output', 'screenshot', 'preview'];
const keyOf = (one: Artifact): string => one.artifact_id;

export default function Artifacts(): JSX.Element {
  const { agent, trans } = useServices();
  const session = usePanel(state => state.session);
  const [type, setType] = useState<Type | ''>('');
  const [here, setHere] = useState(false);
  // Files come by uploads, here or elsewhere, and as what an execution leaves at its end.
  const changes = useLive(state => state.changes.artifacts ?? 0);
  const ended = useLive(state => Object.values(state.runs).filter(run => run.ended !== null).length);
  const query = {
    limit: PAGE,
    ...(type ? { type } : {}),
    ...(here && session ? { session_id: session } : {})
  };
  const { data, error, busy, again, left, more } = usePages<Artifact>(
    async page => {
      const answered = await answer(agent.rest.GET('/artifacts', { params: { query: { ...query, page } } }));
      return { items: answered.artifacts, total: answered.total };
    },
    keyOf,
    [changes, ended],
    JSON.stringify(query)
  );
  return (
    <div className="jca-Artifacts">
      <Upload kept={again} />
      <div className="jca-Filters" role="group" aria-label={trans.__('What is listed')}>
        <HTMLSelect
          aria-label={trans.__('Type')}
          value={type}
          options={[
            { value: '', label: trans.__('any type') },
            ...TYPES.map(value => ({ value, label: typeWord(trans, value) }))
          ]}
          onChange={event => setType(event.target.value as Type | '')}
        />
        {session && (
          <label>
            <input type="checkbox" checked={here} onChange={event => setHere(event.target.checked)} />{' '}
            {trans.__('this session only')}
          </label>
        )}
      </div>
      {error && <Sorry error={error} again={again} />}
      {!data && busy && <Busy />}
      {data && !data.items.length && (
        <Nothing>
          {Object.keys(query).length > 1
            ? trans.__('No file is like this: choose less above.')
            : trans.__(
                'No files yet. Upload one for the agent to work with; what its code writes is found here too.'
              )}
        </Nothing>
      )}
      {data && data.items.length > 0 && (
        <Rows
          label={trans.__('Files')}
          items={data.items}
          keyOf={keyOf}
          row={(item, reachable) => <Row artifact={item} reachable={reachable} gone={again} />}
        />
      )}
      {left > 0 && (
        <button type="button" className="jca-Button jca-More" disabled={busy} onClick={more}>
          {trans.__('Show more (%1 left)', left)}
        </button>
      )}
    </div>
  );
}

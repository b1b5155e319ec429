/** One execution in the list. */
import { caretDownIcon, caretUpIcon, checkIcon, circleEmptyIcon } from '@jupyterlab/ui-components';
import React, { useState } from 'react';
import { statusWord, toneOf } from '../notebook/words';
import { Ago } from '../panel/ago';
import { IconButton } from '../panel/parts';
import { useLive, useServices } from '../panel/services';
import { money, stageOf } from '../status/words';
import { isFinal } from '../live/run';
import { Again } from './again';
import type { Summary } from './history';

interface IRowProps {
  readonly summary: Summary;
  readonly reachable: boolean;
  readonly compared: boolean;
  compare(): void;
}

export function Row({ summary, reachable, compared, compare }: IRowProps): JSX.Element {
  const { panel, trans } = useServices();
  const id = summary.execution_id;
  const run = useLive(state => state.runs[id]);
  const [open, setOpen] = useState(false);
  const status = run && !isFinal(summary.status) ? run.status : summary.status;
  const facts = [
    run && !isFinal(status) ? stageOf(trans, run) : '',
    summary.quality_score !== null && status === 'passed'
      ? trans.__('quality %1/10', summary.quality_score)
      : '',
    summary.attempts > 1 ? trans._n('%1 attempt', '%1 attempts', summary.attempts) : '',
    summary.cost ? money(summary.cost) : ''
  ];
  return (
    <>
      <div className="jca-Row-line">
        <button
          type="button"
          className={`jca-Row-main jca-mod-${toneOf(status)}`}
          tabIndex={reachable ? 0 : -1}
          onClick={() => panel.setState({ execution: id })}
        >
          <span className="jca-Row-title">{summary.prompt}</span>
          <span className="jca-Quiet">
            <strong className="jca-Row-status">{statusWord(trans, status)}</strong>
            {[...facts, ''].filter(Boolean).map(fact => ` · ${fact}`)}
            {' · '}
            <Ago at={summary.created_at} />
          </span>
        </button>
        <IconButton
          icon={compared ? checkIcon : circleEmptyIcon}
          label={trans.__('Compare')}
          pressed={compared}
          act={compare}
        />
        {isFinal(status) && (
          <IconButton
            icon={open ? caretUpIcon : caretDownIcon}
            label={trans.__('Do it again …')}
            pressed={open}
            act={() => setOpen(!open)}
          />
        )}
      </div>
      {open && <Again summary={summary} close={() => setOpen(false)} />}
    </>
  );
}

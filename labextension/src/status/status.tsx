/** How an execution stands: attempt, signals, time, model, cost; what went wrong; and what can be done about it. */
import {
  caretDownIcon,
  caretRightIcon,
  checkIcon,
  circleEmptyIcon,
  closeIcon,
  errorIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import React, { useId, useRef, useState } from 'react';
import type { Wire } from '../api/client';
import { isFinal } from '../live/run';
import type { IRun, RunStatus } from '../live/run';
import { Events } from '../log/events';
import { statusWord, toneOf } from '../notebook/words';
import { Sorry } from '../panel/parts';
import { useServices } from '../panel/services';
import { Actions } from './actions';
import { Lights, lightsOf, lightsOfRun } from './lights';
import { useNow, useSeen, useStanding } from './useStanding';
import type { IKnown } from './useStanding';
import { duration, money, stageOf, whatWentWrong } from './words';

type View = Wire['ExecutionView'];

interface IStatusProps {
  readonly id: string;
  /** Where a message tells the status already: then nothing is asked for before the card is seen. */
  readonly known?: IKnown;
  /** Where whoever shows the card says already why the execution can't be had. */
  readonly quiet?: boolean;
}

const ICONS: Readonly<Record<RunStatus, LabIcon>> = {
  pending: circleEmptyIcon,
  running: runIcon,
  passed: checkIcon,
  failed: closeIcon,
  partial: errorIcon,
  cancelled: stopIcon
};

export function ExecutionStatus({ id, known, quiet = false }: IStatusProps): JSX.Element {
  const { trans } = useServices();
  const node = useRef<HTMLDivElement>(null);
  const { visible, seen } = useSeen(node);
  const { status, run, view, error, again } = useStanding(id, known, seen);
  const ended = isFinal(status);
  const cancelling = run?.asked === 'cancel' && !ended;
  const Icon = ICONS[status];
  const lights = view && ended ? lightsOf(trans, view.signals) : run ? lightsOfRun(run) : [];
  // A message that tells of the end has the explanation for its text.
  const explained = Boolean(known?.status) && !view?.error;
  const wrong = ended && view && !explained ? whatWentWrong(view) : '';
  return (
    <div className={`jca-Status jca-mod-${toneOf(status)}`} ref={node}>
      <div className="jca-Status-line">
        <div className="jca-Status-stage" role="status">
          <Icon.react tag="span" className="jca-Mark" />
          <strong>{cancelling ? trans.__('cancelling …') : statusWord(trans, status)}</strong>
          <Attempt run={run} view={view} ended={ended} />
          {run && !ended && !cancelling && <span className="jca-Status-now">{stageOf(trans, run)}</span>}
        </div>
        <Actions id={id} ended={ended} cancelling={cancelling} view={view} />
      </div>
      {!ended && (
        <div
          className="jca-Status-bar"
          role="progressbar"
          aria-label={trans.__('The execution is under way')}
        />
      )}
      {wrong && <p className="jca-Status-wrong">{wrong}</p>}
      {error && !view && !quiet && (ended || !run) && <Sorry error={error} again={again} />}
      <div className="jca-Status-line">
        <Lights lights={lights} />
        <Facts run={run} view={view} ended={ended} ticking={!ended && visible} />
        <Steps id={id} />
      </div>
    </div>
  );
}

interface IShown {
  readonly run: IRun | null;
  readonly view: View | null;
  readonly ended: boolean;
}

function Attempt({ run, view, ended }: IShown): JSX.Element | null {
  const { trans } = useServices();
  if (ended && view) {
    const { attempt, attempts } = view;
    return attempts > 1 ? (
      <span>{trans.__('attempt %1 of %2', String(attempt ?? attempts), String(attempts))}</span>
    ) : null;
  }
  return run?.attempt ? <span>{trans.__('attempt %1 of %2', run.attempt, run.of)}</span> : null;
}

/** Time, model, cost, quality: what is known of them. */
function Facts({ run, view, ended, ticking }: IShown & { readonly ticking: boolean }): JSX.Element {
  const { trans } = useServices();
  const now = useNow(ticking);
  const from = view?.created_at ?? run?.started;
  const until = ended ? (view?.finished_at ?? run?.ended) : null;
  const time = from && (until || !ended) ? (until ? Date.parse(until) : now) - Date.parse(from) : null;
  const model = view?.model ?? run?.model;
  const cost = view?.cost ?? run?.cost ?? 0;
  const quality = ended && view?.status === 'passed' ? view.quality_score : null;
  return (
    <ul className="jca-Status-facts" aria-label={trans.__('Facts')}>
      {time !== null && <li>{duration(trans, ended ? time : 1000 * Math.round(time / 1000), !ended)}</li>}
      {model && <li>{model}</li>}
      {cost > 0 && <li>{money(cost)}</li>}
      {typeof quality === 'number' && <li>{trans.__('quality %1/10', String(quality))}</li>}
    </ul>
  );
}

/** The log, for who wants to look closer without leaving the conversation. */
function Steps({ id }: { readonly id: string }): JSX.Element {
  const { trans } = useServices();
  const [open, setOpen] = useState(false);
  const list = useId();
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <>
      <button
        type="button"
        className="jca-Status-steps"
        aria-expanded={open}
        aria-controls={list}
        onClick={() => setOpen(!open)}
      >
        <Caret.react tag="span" />
        {trans.__('Steps')}
      </button>
      <div id={list} className="jca-Status-log" hidden={!open}>
        {open && <Events id={id} />}
      </div>
    </>
  );
}

/** Looking for damage in the stored data and for what is kept no longer: first only told, done when asked for. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import React, { useState } from 'react';
import type { ReactNode } from 'react';
import { answer } from '../api/client';
import type { Wire } from '../api/client';
import { Busy, Sorry } from '../panel/parts';
import { useServices } from '../panel/services';

export function Upkeep(): JSX.Element {
  const { agent, trans } = useServices();
  return (
    <>
      <Chore<Wire['RepairReport']>
        look={trans.__('Look for damage')}
        does={trans.__('Mend')}
        asks={trans.__(
          'Mend what is damaged? Rows without a file, files without a row and broken references go.'
        )}
        run={dry => answer(agent.rest.POST('/repair', { body: { dry_run: dry } }))}
        isThere={report => report.damages.length > 0}
        show={report => <Damages report={report} />}
      />
      <Chore<Wire['CleanupReport']>
        look={trans.__('Look for what has expired')}
        does={trans.__('Remove')}
        asks={trans.__('Remove what has expired, of all users? It would go by itself, once a day.')}
        run={dry => answer(agent.rest.POST('/cleanup', { body: { dry_run: dry } }))}
        isThere={report => Object.keys(report.removed).length > 0}
        show={report => <Removed report={report} />}
      />
    </>
  );
}

interface IChoreProps<T> {
  readonly look: string;
  readonly does: string;
  readonly asks: string;
  run(dry: boolean): Promise<T>;
  /** Whether there is anything to do. */
  isThere(report: T): boolean;
  show(report: T): ReactNode;
}

interface IDone<T> {
  readonly dry: boolean;
  readonly report: T;
}

function Chore<T>({ look, does, asks, run, isThere, show }: IChoreProps<T>): JSX.Element {
  const { trans } = useServices();
  const [done, setDone] = useState<IDone<T> | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const go = async (dry: boolean): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      setDone({ dry, report: await run(dry) });
    } catch (reason) {
      setError(reason as Error);
    }
    setBusy(false);
  };
  const ask = async (): Promise<void> => {
    const buttons = [Dialog.cancelButton(), Dialog.warnButton({ label: does })];
    const { button } = await showDialog({ title: trans.__('%1?', does), body: asks, buttons });
    if (button.accept) {
      await go(false);
    }
  };
  return (
    <div className="jca-Chore">
      <button type="button" className="jca-Button" disabled={busy} onClick={() => void go(true)}>
        {look}
      </button>
      {busy && <Busy />}
      {error && <Sorry error={error} />}
      <div role="status">{done && show(done.report)}</div>
      {done?.dry && isThere(done.report) && (
        <button type="button" className="jca-Button" disabled={busy} onClick={() => void ask()}>
          {`${does} …`}
        </button>
      )}
    </div>
  );
}

function Damages({ report }: { readonly report: Wire['RepairReport'] }): JSX.Element {
  const { trans } = useServices();
  if (!report.damages.length) {
    return <p>{trans.__('Nothing is damaged.')}</p>;
  }
  return (
    <ul>
      {report.damages.map(damage => (
        <li key={damage.sentence}>
          {`${damage.part}, ${damage.items}: ${damage.sentence}`}
          {damage.mended && ` ${trans.__('(mended)')}`}
        </li>
      ))}
    </ul>
  );
}

function Removed({ report }: { readonly report: Wire['CleanupReport'] }): JSX.Element {
  const { trans } = useServices();
  const kinds = Object.entries(report.removed).map(([kind, count]) => `${kind}: ${count}`);
  const said = report.dry_run
    ? trans.__('Would go: %1', kinds.join(', '))
    : trans.__('Gone: %1', kinds.join(', '));
  return (
    <>
      <p>{kinds.length ? said : trans.__('Nothing has expired.')}</p>
      {report.problems.map(problem => (
        <p key={problem}>{problem}</p>
      ))}
    </>
  );
}

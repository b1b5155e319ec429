/** What has happened, event by event, and what the delivered code printed. */
import React from 'react';
import { Nothing } from '../panel/parts';
import { useServices } from '../panel/services';
import type { IFacetProps } from '../panel/view';
import { Events } from './events';
import { Printed } from './printed';

export default function Log({ execution }: IFacetProps): JSX.Element {
  const { trans } = useServices();
  const { stdout, stderr } = execution.output ?? { stdout: '', stderr: '' };
  return (
    <div className="jca-Log">
      <section aria-label={trans.__('Steps')}>
        <h3>{trans.__('Steps')}</h3>
        <Events id={execution.execution_id} />
      </section>
      <section aria-label={trans.__('Printed')}>
        <h3>
          {typeof execution.attempt === 'number'
            ? trans.__('Printed by attempt %1', execution.attempt)
            : trans.__('Printed')}
        </h3>
        {stdout && <Printed name={trans.__('Standard output')} source={stdout} />}
        {stderr && <Printed name={trans.__('Standard error')} source={stderr} />}
        {!stdout && !stderr && <Nothing>{trans.__('The code printed nothing while it was tested.')}</Nothing>}
      </section>
    </div>
  );
}

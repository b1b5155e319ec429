/** What the security scan, the linter and the look at the data found: by severity, each with its place and a way to mend it. */
import React from 'react';
import { isFinal } from '../live/run';
import { Nothing } from '../panel/parts';
import { useServices } from '../panel/services';
import type { IFacetProps } from '../panel/view';
import { allFindings } from './all';
import type { IShownFinding } from './all';
import { Finding } from './finding';

export default function Findings({ execution }: IFacetProps): JSX.Element {
  const { trans } = useServices();
  const { signals, status } = execution;
  const found = allFindings(execution);
  if (!signals?.security && !signals?.lint && !signals?.data) {
    return (
      <Nothing>
        {isFinal(status)
          ? trans.__('The code was not scanned.')
          : trans.__('The code is scanned as soon as there is some.')}
      </Nothing>
    );
  }
  const security = signals.security;
  const risk = security
    ? trans.__('Risk %1 of 10.', String(security.risk_score)) +
      ` ${security.passed ? trans.__('Nothing in it blocks.') : trans.__('It blocks: the code does not pass.')}`
    : trans.__('The security scan was not asked for.');
  return (
    <div className="jca-Findings">
      <Group
        title={trans.__('Security')}
        said={risk}
        none={security ? trans.__('The scan found nothing.') : ''}
        found={found.filter(one => one.by === 'security')}
        execution={execution}
      />
      <Group
        title={trans.__('Lint')}
        said={trans.__('Errors block, warnings cost quality.')}
        none={signals.lint ? trans.__('The linter found nothing.') : trans.__('The linter has not run.')}
        found={found.filter(one => one.by === 'lint')}
        execution={execution}
      />
      {signals.data && (
        <Group
          title={trans.__('Data')}
          said={trans.__('Silent failures of data code: they warn and never block.')}
          none={trans.__('Nothing suspicious was seen.')}
          found={found.filter(one => one.by === 'data')}
          execution={execution}
        />
      )}
    </div>
  );
}

interface IGroupProps extends IFacetProps {
  readonly title: string;
  readonly said: string;
  readonly none: string;
  readonly found: readonly IShownFinding[];
}

function Group({ title, said, none, found, execution }: IGroupProps): JSX.Element {
  return (
    <section aria-label={title}>
      <h3>
        {title} {found.length > 0 && <span className="jca-Tab-count">{found.length}</span>}
      </h3>
      <p className="jca-Quiet">{found.length ? said : none || said}</p>
      <ul className="jca-Findings-list">
        {found.map((one, index) => (
          <Finding key={index} finding={one} execution={execution} />
        ))}
      </ul>
    </section>
  );
}

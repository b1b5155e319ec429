/** A part of the setup: its heading, and what the server answered for it. */
import React, { useId } from 'react';
import type { ReactNode } from 'react';
import type { IAsked } from '../panel/asking';
import { Busy, Sorry } from '../panel/parts';

interface ISectionProps {
  readonly title: string;
  /** Beside the heading. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, aside, children }: ISectionProps): JSX.Element {
  const id = useId();
  return (
    <section className="jca-Section" aria-labelledby={id}>
      <header className="jca-Section-head">
        <h3 id={id}>{title}</h3>
        {aside}
      </header>
      {children}
    </section>
  );
}

interface IAnsweredProps<T> {
  readonly asked: IAsked<T>;
  show(data: T): ReactNode;
}

/** What was answered, or why nothing was. */
export function Answered<T>({ asked: { data, error, busy, again }, show }: IAnsweredProps<T>): JSX.Element {
  return (
    <>
      {error && <Sorry error={error} again={again} />}
      {data !== null ? show(data) : busy && <Busy />}
    </>
  );
}

/** Names and what they are, one a line. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }): JSX.Element {
  return (
    <dl className="jca-Rows">
      {rows.map(([name, value]) => (
        <React.Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

/** Small parts that every view is made of. */
import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { AgentError } from '../api/client';
import { useServices } from './services';

interface IIconButtonProps {
  readonly icon: LabIcon;
  /** Its accessible name and its title. */
  readonly label: string;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  act(): void;
}

export function IconButton({ icon: Icon, label, disabled, pressed, act }: IIconButtonProps): JSX.Element {
  return (
    <button
      type="button"
      className="jca-IconButton"
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={act}
    >
      <Icon.react tag="span" />
    </button>
  );
}

/** That something is asked for. */
export function Busy({ label }: { readonly label?: string }): JSX.Element {
  const { trans } = useServices();
  return (
    <div className="jca-Busy" role="status">
      <span className="jca-Busy-bar" aria-hidden="true" />
      {label ?? trans.__('Loading …')}
    </div>
  );
}

interface ISorryProps {
  readonly error: Error;
  readonly again?: () => void;
  /** Of the button, where trying again is not what it does. */
  readonly label?: string;
}

/** What went wrong, in the server's sentence, and a button where trying again may help. */
export function Sorry({ error, again, label }: ISorryProps): JSX.Element {
  const { trans } = useServices();
  const unreachable = error instanceof AgentError && error.status === 0;
  return (
    <div className="jca-Sorry" role="alert">
      <p>{unreachable ? trans.__('The Jupyter server does not answer.') : error.message}</p>
      {again && (
        <button type="button" className="jca-Button" onClick={again}>
          {label ?? trans.__('Try again')}
        </button>
      )}
    </div>
  );
}

/** What a view says when it has nothing to show, and what to do about it. */
export function Nothing({ children }: { readonly children: React.ReactNode }): JSX.Element {
  return <div className="jca-Nothing">{children}</div>;
}

/** How the agent is, in JupyterLab's status bar; a click opens the panel. */
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { useStore } from 'zustand';
import { agentIcon } from '../panel/icons';
import type { IServices } from '../panel/services';
import { situationOf } from './situation';

export class StatusItem extends ReactWidget {
  constructor(
    private readonly _services: IServices,
    private readonly _open: () => void
  ) {
    super();
    this.addClass('jca-StatusItem');
  }

  protected override render(): JSX.Element {
    return <Item services={this._services} open={this._open} />;
  }
}

interface IItemProps {
  readonly services: IServices;
  open(): void;
}

export function Item({ services: { live, trans }, open }: IItemProps): JSX.Element {
  const state = useStore(live.store);
  const { words, caption, busy } = situationOf(trans, state);
  // Who looks at it more closely wants to know: not before, so that JupyterLab's start asks for nothing.
  const looked = (): void => live.start();
  return (
    <button
      type="button"
      className="jca-StatusItem-button"
      title={caption}
      aria-busy={busy}
      onPointerEnter={looked}
      onFocus={looked}
      onClick={open}
    >
      <agentIcon.react tag="span" className="jca-StatusItem-icon" stylesheet="statusBar" />
      <span>{words}</span>
    </button>
  );
}

/** The panel as widgets of JupyterLab: one for the side area, any number for the main area. */
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { agentIcon } from './icons';
import { Frame } from './frame';
import { ServicesProvider } from './services';
import type { IServices } from './services';

export class PanelWidget extends ReactWidget {
  constructor(
    private readonly _services: IServices,
    id: string
  ) {
    super();
    this.id = id;
    this.addClass('jca-SidePanel');
    const { trans } = _services;
    this.title.icon = agentIcon;
    this.title.caption = trans.__('Coding agent');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Coding agent'));
  }

  protected override onBeforeShow(): void {
    this._services.live.start();
  }

  protected override render(): JSX.Element {
    return (
      <ServicesProvider value={this._services}>
        <Frame />
      </ServicesProvider>
    );
  }
}

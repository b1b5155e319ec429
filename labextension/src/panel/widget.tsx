/** The panel as widgets of JupyterLab: one for the side area, any number for the main area. */
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { agentIcon } from './icons';
import { focusLater } from './focusLater';
import { Frame } from './frame';
import { ServicesProvider } from './services';
import type { IServices } from './services';

/** What the keyboard is taken to when the panel comes to the front: details, the message, or the view's tab. */
const FIRST = ['.jca-Details', '.jca-Frame-one:not([hidden]) textarea', '[role="tab"][aria-selected="true"]'];

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
    this._show();
  }

  protected override onAfterAttach(): void {
    // What was moved to another area was taken down on the way.
    if (this.isVisible || this._shown) {
      this._shown = false;
      this._show();
    }
  }

  /** Whoever opens it by the keyboard goes on in it. */
  protected override onActivateRequest(): void {
    // It may have been shown just now: then it is drawn at the next frame.
    const focus = focusLater(this.node);
    requestAnimationFrame(() => void this.renderPromise?.then(() => this._goOn(focus)));
  }

  private _goOn(focus: (found: HTMLElement) => void): void {
    const found = FIRST.map(selector => this.node.querySelector<HTMLElement>(selector)).find(Boolean);
    const { activeElement } = document;
    // A tab of the main area gives the focus to its content as a whole; whoever is in a part of it stays there.
    if (found && (activeElement === this.node || !this.node.contains(activeElement))) {
      focus(found);
    }
  }

  protected override render(): JSX.Element | null {
    return this._shown ? (
      <ServicesProvider value={this._services}>
        <Frame />
      </ServicesProvider>
    ) : null;
  }

  /** Nothing is drawn or loaded or listened to before somebody looks: JupyterLab's start is not ours. */
  private _show(): void {
    if (!this._shown) {
      this._shown = true;
      this._services.live.start();
      this.update();
    }
  }

  private _shown = false;
}

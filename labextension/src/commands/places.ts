/** Where the panel stands in JupyterLab: in a side area, and where there is room for it as a tab of the main area. */
import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { focusLater } from '../panel/focusLater';
import type { IServices } from '../panel/services';
import { PanelWidget } from '../panel/widget';
import type { Preferences, Side } from './preferences';

const RANK = 500;
/** What is clicked or written in first. */
const COMPOSER = '.jca-Composer textarea, .jca-Composer [role="textbox"]';

export class Places {
  readonly side: PanelWidget;
  readonly tabs = new WidgetTracker<MainAreaWidget<PanelWidget>>({ namespace: 'coding-agent' });

  constructor(private readonly _services: IServices) {
    this._app = _services.app;
    this.side = new PanelWidget(_services, 'coding-agent-panel');
    this._add('right');
  }

  /** Whether a person can see the panel, wherever it stands. */
  get isVisible(): boolean {
    return this.side.isVisible || this.tabs.find(tab => tab.isVisible) !== undefined;
  }

  /** Bring the panel to the front: the tab where that is what is worked with, else the side area. */
  open(): PanelWidget {
    const tab = this.tabs.find(one => one.isVisible);
    if (tab && !this.side.isVisible) {
      this._app.shell.activateById(tab.id);
      return tab.content;
    }
    this._app.shell.activateById(this.side.id);
    return this.side;
  }

  openTab(): void {
    const known = this.tabs.find(() => true);
    const tab = known ?? this._newTab();
    if (!tab.isAttached) {
      this._app.shell.add(tab, 'main');
    }
    this._app.shell.activateById(tab.id);
  }

  /** Open the panel with the cursor where a message is written. */
  focusComposer(): void {
    this._services.panel.setState({ view: 'chat' });
    const { node } = this.open();
    const focus = focusLater(node);
    const found = (): HTMLElement | null => node.querySelector<HTMLElement>(COMPOSER);
    whenThere(node, found, composer => {
      if (!composer.offsetParent) {
        // In a narrow panel the details lie over it.
        this._services.panel.setState({ execution: null });
      }
      whenThere(node, () => (found()?.offsetParent ? found() : null), focus);
    });
  }

  /** Put the panel into the side area on this side; it stays open where it was. */
  move(side: Side): void {
    const open = this.side.isVisible;
    this._add(side);
    if (open) {
      this._app.shell.activateById(this.side.id);
    }
  }

  private _add(side: Side): void {
    this._app.shell.add(this.side, side, { rank: RANK, type: 'Coding agent' });
  }

  private _newTab(): MainAreaWidget<PanelWidget> {
    const content = new PanelWidget(this._services, 'coding-agent-tab-content');
    content.title.label = this._services.trans.__('Coding agent');
    const tab = new MainAreaWidget({ content });
    tab.id = 'coding-agent-tab';
    void this.tabs.add(tab);
    return tab;
  }

  private readonly _app: JupyterFrontEnd;
}

/** Keep the panel on the side that the settings name; JupyterLab's own way to switch sides stays as good. */
export function standBy(places: Places, preferences: Preferences, shell: ILabShell | null): void {
  preferences.subscribe(({ side }, before) => {
    // Where nothing else is wished for, it stays where JupyterLab has put it.
    if (side === before.side || (side === 'right' && before.side === null)) {
      return;
    }
    // What is moved before the layout is restored would be put back by it.
    void (before.side === null ? shell?.restored : undefined)?.then(({ leftArea }) => {
      places.move(preferences.getState().side ?? 'right');
      if (leftArea?.currentWidget === places.side) {
        places.open();
      }
    });
    if (before.side !== null) {
      places.move(side ?? 'right');
    }
  });
}

const GIVEN_UP_MS = 10_000;

/** Act on what a view draws, once it has drawn it: views are loaded when they are first shown. */
function whenThere(
  node: HTMLElement,
  find: () => HTMLElement | null,
  act: (found: HTMLElement) => void
): void {
  const known = find();
  if (known) {
    act(known);
    return;
  }
  const stop = (): void => {
    observer.disconnect();
    window.clearTimeout(timer);
  };
  const observer = new MutationObserver(() => {
    const found = find();
    if (found) {
      stop();
      act(found);
    }
  });
  const timer = window.setTimeout(stop, GIVEN_UP_MS);
  observer.observe(node, { childList: true, subtree: true, attributes: true });
}

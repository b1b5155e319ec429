/** The output of MIME type `application/vnd.coding-agent.result+json`. */
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { readResult, RESULT_MIME } from '../../api/result';
import type { IResult } from '../../api/result';
import { h } from '../../dom';
import { resultView } from './view';
import type { Highlight } from './view';

/** What a person can do with a result where its output stands; null where that is no notebook of ours. */
export interface IControls {
  /** The node shown, and how to let go of what it listens to. */
  readonly node: HTMLElement;
  dispose(): void;
}

/** Makes the controls of a result. `keep` writes a changed result back into the output. */
export type MakeControls = (
  result: IResult,
  output: HTMLElement,
  keep: (changes: { insert: string }) => void
) => IControls | null;

export class ResultOutput extends Widget implements IRenderMime.IRenderer {
  constructor(
    private readonly _trans: TranslationBundle,
    private readonly _highlight: Highlight,
    private readonly _makeControls: MakeControls
  ) {
    super();
    this.addClass('jca-ResultOutput');
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._model = model;
    this._result = readResult(model.data[RESULT_MIME]);
    this.node.replaceChildren(resultView(this._trans, this._result, this._highlight, this._slot));
    this._offer();
    return Promise.resolve();
  }

  override dispose(): void {
    this._controls?.dispose();
    this._controls = null;
    super.dispose();
  }

  /** Only where the output stands in a document is it known what can be done with it. */
  protected override onAfterAttach(): void {
    this._offer();
  }

  private _offer(): void {
    this._controls?.dispose();
    this._controls =
      this._result && this.isAttached ? this._makeControls(this._result, this.node, this._keep) : null;
    this._slot.replaceChildren(...(this._controls ? [this._controls.node] : []));
  }

  private readonly _keep = (changes: { insert: string }): void => {
    const data = this._model?.data;
    const old = data?.[RESULT_MIME];
    if (data && typeof old === 'object') {
      this._model?.setData({ data: { ...data, [RESULT_MIME]: { ...old, ...changes } } });
    }
  };

  private _model: IRenderMime.IMimeModel | null = null;
  private _result: IResult | null = null;
  private _controls: IControls | null = null;
  private readonly _slot = h('div');
}

/** Preferred to the HTML that stands beside it, and safe in notebooks that are not trusted. */
export function resultFactory(
  trans: TranslationBundle,
  highlight: Highlight,
  makeControls: MakeControls
): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: [RESULT_MIME],
    defaultRank: 10,
    createRenderer: () => new ResultOutput(trans, highlight, makeControls)
  };
}

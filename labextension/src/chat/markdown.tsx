/** Markdown that a model wrote. Until it is rendered it is shown as the text that it is. */
import { Clipboard } from '@jupyterlab/apputils';
import React, { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { h } from '../dom';
import { useServices } from '../panel/services';
import { Rendering } from './rendering';

const COPIED_MS = 2000;

interface IMarkdownProps {
  readonly text: string;
  /** More of it is coming: not worth keeping. */
  readonly growing?: boolean;
}

export function Markdown({ text, growing = false }: IMarkdownProps): JSX.Element {
  const { rendermime, trans } = useServices();
  const rendering = useMemo(() => Rendering.of(rendermime), [rendermime]);
  const host = useRef<HTMLDivElement>(null);
  const turns = useRef({ last: 0, shown: 0 });
  const [failed, setFailed] = useState(false);
  // Before it is painted: what was rendered once has its height at once, so that scrolling does not jump.
  useLayoutEffect(() => {
    const turn = ++turns.current.last;
    const abort = new AbortController();
    const show = (node: Node | null): void => {
      // A growing text's last but one state is better than none.
      if (node && host.current && turn > turns.current.shown) {
        turns.current.shown = turn;
        host.current.replaceChildren(node);
        addCopyButtons(host.current, trans.__('Copy'), trans.__('Copied'));
        rendering.typeset(text, host.current);
      }
    };
    const known = rendering.known(text);
    if (known) {
      show(known);
    } else {
      rendering.render(text, abort.signal, !growing).then(show, () => setFailed(true));
    }
    return () => abort.abort();
  }, [rendering, text]);
  return failed ? <p className="jca-Message-plain">{text}</p> : <Host node={host} text={text} />;
}

/** What is in it is React's only at first: it is never drawn again. */
const Host = React.memo(
  ({ node, text }: { readonly node: React.RefObject<HTMLDivElement>; readonly text: string }) => (
    <div className="jca-Markdown" ref={node}>
      <p className="jca-Message-plain">{text}</p>
    </div>
  ),
  () => true
);

function addCopyButtons(host: HTMLElement, label: string, copied: string): void {
  for (const block of host.querySelectorAll<HTMLElement>('.jca-Snippet')) {
    const button = h('button', { type: 'button', class: 'jca-Snippet-copy' }, label);
    button.addEventListener('click', () => {
      Clipboard.copyToSystem(block.querySelector('pre')?.textContent ?? '');
      button.textContent = copied;
      window.setTimeout(() => (button.textContent = label), COPIED_MS);
    });
    block.append(button);
  }
}

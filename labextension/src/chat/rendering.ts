/**
 * Markdown of models as elements: JupyterLab's renderer and sanitizer, with less allowed than in a notebook. Each text is
 * rendered once, and one at a time, so that a long conversation never holds the page up.
 */
import { LruCache } from '@jupyterlab/coreutils';
import { markdownRendererFactory, MimeModel, RenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { h } from '../dom';

const MARKDOWN = 'text/markdown';
const MOST_KEPT = 300;
/** What fetches by itself, as soon as it is shown. */
const FETCHING = ['audio', 'video', 'source', 'track', 'input'];

interface IElement {
  readonly tagName: string;
  readonly attribs: Record<string, string>;
  readonly text?: string;
}

/** What a model writes must not fetch from elsewhere by being looked at: a picture there becomes a link to it. */
const STRICT = {
  transformTags: {
    img: (tagName: string, attribs: Record<string, string>): IElement =>
      /^data:image\//i.test(attribs.src ?? '')
        ? { tagName, attribs }
        : { tagName: 'a', attribs: { href: attribs.src ?? '' }, text: attribs.alt || attribs.src || '' }
  },
  exclusiveFilter: ({ tag }: { tag: string }) => FETCHING.includes(tag)
};

export class Rendering {
  /** The renderings of a front end's registry: one for all who show something. */
  static of(registry: IRenderMimeRegistry): Rendering {
    const known = RENDERINGS.get(registry) ?? new Rendering(registry);
    RENDERINGS.set(registry, known);
    return known;
  }

  private constructor(private readonly _registry: IRenderMimeRegistry) {
    const { sanitizer } = _registry;
    const strict: IRenderMime.ISanitizer = {
      allowNamedProperties: sanitizer.allowNamedProperties,
      allowCommandLinker: false,
      getAutolink: () => sanitizer.getAutolink?.() ?? true,
      sanitize: (dirty, options) => sanitizer.sanitize(dirty, { ...options, ...STRICT })
    };
    const parser = _registry.markdownParser;
    this._strict = new RenderMimeRegistry({
      initialFactories: [markdownRendererFactory],
      sanitizer: strict,
      // Parsing and colouring are one task, sanitizing and building another: each is short enough by itself.
      ...(parser ? { markdownParser: { render: text => parser.render(text).then(later) } } : {})
    });
  }

  /** A copy of what `text` comes to, if it was rendered before. */
  known(text: string): Node | null {
    return this._kept.get(text)?.cloneNode(true) ?? null;
  }

  /** What `text` comes to; null where `signal` was given up before its turn came. `keep` it where it may be shown again. */
  render(text: string, signal: AbortSignal, keep = true): Promise<Node | null> {
    const turn = this._queue.then(async () => {
      if (signal.aborted) {
        return null;
      }
      const node = this.known(text);
      if (node) {
        return node;
      }
      const rendered = await this._rendered(text);
      await nextTask();
      if (!keep) {
        return rendered;
      }
      this._kept.set(text, rendered);
      return rendered.cloneNode(true);
    });
    this._queue = turn.catch(() => undefined);
    return turn;
  }

  /** Formulas are set where they stand; nothing is loaded for a text without any. */
  typeset(text: string, node: HTMLElement): void {
    if (/\$|\\\(|\\\[/.test(text)) {
      void this._registry.latexTypesetter?.typeset(node);
    }
  }

  private async _rendered(text: string): Promise<HTMLElement> {
    const renderer = this._strict.createRenderer(MARKDOWN);
    try {
      await renderer.renderModel(new MimeModel({ data: { [MARKDOWN]: text }, trusted: false }));
      const node = renderer.node.cloneNode(true) as HTMLElement;
      harden(node);
      return node;
    } finally {
      renderer.dispose();
    }
  }

  private readonly _strict: IRenderMimeRegistry;
  private readonly _kept = new LruCache<string, HTMLElement>({ maxSize: MOST_KEPT });
  private _queue: Promise<unknown> = Promise.resolve();
}

const RENDERINGS = new WeakMap<IRenderMimeRegistry, Rendering>();

function harden(node: HTMLElement): void {
  for (const anchor of node.querySelectorAll('a[href]')) {
    anchor.setAttribute('target', '_blank');
    anchor.setAttribute('rel', 'noopener noreferrer');
  }
  for (const anchor of node.querySelectorAll('.jp-InternalAnchorLink')) {
    anchor.remove();
  }
  // JupyterLab runs the command that such an element names when it is clicked.
  for (const linked of node.querySelectorAll('[data-commandlinker-command]')) {
    linked.removeAttribute('data-commandlinker-command');
    linked.removeAttribute('data-commandlinker-args');
  }
  for (const code of node.querySelectorAll('pre')) {
    const block = h('div', { class: 'jca-Snippet' });
    code.replaceWith(block);
    code.setAttribute('tabindex', '0');
    block.append(code);
  }
}

async function later<T>(value: T): Promise<T> {
  await nextTask();
  return value;
}

/** Let the page do what waits: promises alone would not. */
function nextTask(): Promise<void> {
  return new Promise(resolve => window.setTimeout(resolve));
}

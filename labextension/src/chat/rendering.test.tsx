import { render, screen, waitFor } from '@testing-library/react';
import { Sanitizer } from '@jupyterlab/apputils';
import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { ServicesProvider } from '../panel/services';
import { fakeAgent } from '../testing/agents';
import { fakeServices } from '../testing/services';
import { fenced } from './files';
import { Markdown } from './markdown';

/** The parser of JupyterLab's is a plugin; what comes out of any is HTML that a model wrote. */
function shown(html: string): HTMLElement {
  const rendermime = new RenderMimeRegistry({
    initialFactories: standardRendererFactories,
    sanitizer: new Sanitizer(),
    markdownParser: { render: text => Promise.resolve(text) }
  });
  const services = fakeServices(fakeAgent({}).agent, { rendermime });
  return render(
    <ServicesProvider value={services}>
      <Markdown text={html} />
    </ServicesProvider>
  ).container;
}

test('nothing of a model’s runs, fetches or does anything by itself', async () => {
  const node = shown(
    [
      '<script>alert(1)</script><img src="https://evil.example/?x=1" alt="chart" onerror="alert(2)">',
      '<video src="https://evil.example/v"></video><input type="image" src="https://evil.example/i">',
      '<button data-commandlinker-command="filebrowser:delete">Click</button>',
      '<a href="https://example.org">site</a><a href="javascript:alert(3)">bad</a><p>Said.</p>'
    ].join('')
  );
  const link = await screen.findByRole('link', { name: 'chart' });
  expect(link.getAttribute('href')).toBe('https://evil.example/?x=1');
  expect(node.querySelectorAll('img, script, video, input, [onerror]')).toHaveLength(0);
  expect(node.querySelector('[data-commandlinker-command]')).toBeNull();
  expect(screen.getByRole('link', { name: 'site' }).getAttribute('rel')).toContain('noopener');
  expect(screen.queryByRole('link', { name: 'bad' })).toBeNull();
});

test('a picture that came along is shown', async () => {
  shown('<img alt="dot" src="data:image/png;base64,iVBORw0KGgo=">');
  expect((await screen.findByRole('img', { name: 'dot' })).getAttribute('src')).toContain('data:image/png');
});

test('code is copied as it is', async () => {
  const user = userEvent.setup();
  const copied: string[] = [];
  document.execCommand = () => false;
  shown('<pre><code>answer = 42\n</code></pre>');
  const copy = await screen.findByRole('button', { name: 'Copy' });
  document.addEventListener('copy', event => copied.push(event.type));
  document.execCommand = (command: string) => {
    const event = new Event(command) as ClipboardEvent;
    Object.assign(event, { clipboardData: { setData: (_: string, text: string) => copied.push(text) } });
    return document.body.dispatchEvent(event);
  };
  await user.click(copy);
  expect(copied).toContain('answer = 42\n');
  await waitFor(() => expect(copy.textContent).toBe('Copied'));
});

test('no code can end its fence', () => {
  expect(fenced('a.md', 'x\n````\ny')).toBe('`````md\nx\n````\ny\n`````');
});

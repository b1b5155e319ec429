/** The code that came with a message, one file a line until it is opened. */
import React, { useState } from 'react';
import { useServices } from '../panel/services';
import { Markdown } from './markdown';

const MOST_SHOWN = 20_000;

export function Files({ files }: { readonly files: Readonly<Record<string, string>> }): JSX.Element {
  return (
    <div className="jca-Files">
      {Object.entries(files).map(([path, code]) => (
        <File key={path} path={path} code={code} />
      ))}
    </div>
  );
}

function File({ path, code }: { readonly path: string; readonly code: string }): JSX.Element {
  const { trans } = useServices();
  const [open, setOpen] = useState(false);
  const lines = code.trimEnd().split('\n').length;
  return (
    <details open={open} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        <code>{path}</code> <span className="jca-Quiet">{trans._n('%1 line', '%1 lines', lines)}</span>
      </summary>
      {open && <Markdown text={fenced(path, code)} />}
    </details>
  );
}

/** In a fence that nothing in the code can end; too long a file is text without colours. */
export function fenced(path: string, code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map(run => run.length));
  const fence = '`'.repeat(longest + 1);
  const language = code.length > MOST_SHOWN ? '' : (/\.(\w+)$/.exec(path)?.[1] ?? '');
  return `${fence}${language}\n${code.trimEnd()}\n${fence}`;
}

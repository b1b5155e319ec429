/** A unified diff as people read it: in one column, or side by side where there is room. */
import React, { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Diff, Hunk, parseDiff } from 'react-diff-view';
import type { FileData, ViewType } from 'react-diff-view';
import 'react-diff-view/style/index.css';
import { Nothing } from '../panel/parts';
import { useServices } from '../panel/services';
import { useTokens } from './colours';
import { withHeaders } from './headers';

interface IDiffProps {
  readonly source: string;
  /** What a path is called for people, such as a cell. */
  readonly names?: Readonly<Record<string, string>>;
}

/** From this width on two columns of code can be read, in pixels. */
const ROOM = 560;

export function UnifiedDiff({ source, names = {} }: IDiffProps): JSX.Element {
  const { trans } = useServices();
  const node = useRef<HTMLDivElement>(null);
  const roomy = useRoom(node);
  const [wanted, setWanted] = useState<ViewType>('split');
  const files = useMemo(() => parse(source), [source]);
  const view = roomy ? wanted : 'unified';
  const choice = (type: ViewType, label: string): JSX.Element => (
    <button type="button" className="jca-Button" aria-pressed={view === type} onClick={() => setWanted(type)}>
      {label}
    </button>
  );
  return (
    <div className="jca-Diff" ref={node}>
      {roomy && files && (
        <div className="jca-Diff-views" role="group" aria-label={trans.__('How it is shown')}>
          {choice('split', trans.__('Side by side'))}
          {choice('unified', trans.__('Unified'))}
        </div>
      )}
      {files ? (
        files.map(file => (
          <FileDiff key={`${file.oldPath}\n${file.newPath}`} file={file} view={view} names={names} />
        ))
      ) : (
        <pre tabIndex={0}>{source}</pre>
      )}
    </div>
  );
}

interface IFileProps {
  readonly file: FileData;
  readonly view: ViewType;
  readonly names: Readonly<Record<string, string>>;
}

function FileDiff({ file, view, names }: IFileProps): JSX.Element {
  const { trans } = useServices();
  const path = file.type === 'delete' ? file.oldPath : file.newPath;
  const tokens = useTokens(file, path);
  const name = Object.hasOwn(names, path) ? names[path] : path;
  const what = {
    add: trans.__('new'),
    delete: trans.__('removed'),
    rename: trans.__('was %1', file.oldPath),
    copy: trans.__('copy of %1', file.oldPath),
    modify: ''
  }[file.type];
  return (
    <figure>
      <figcaption>
        {name} {what && <span className="jca-Quiet">{what}</span>}
      </figcaption>
      <div
        className="jca-Diff-scroll"
        role="region"
        tabIndex={0}
        aria-label={trans.__('Changes of %1', name)}
      >
        {file.hunks.length ? (
          <Diff viewType={view} diffType={file.type} hunks={file.hunks} tokens={tokens}>
            {hunks => hunks.map(hunk => <Hunk key={hunk.content} hunk={hunk} />)}
          </Diff>
        ) : (
          <Nothing>{trans.__('No line of it changed.')}</Nothing>
        )}
      </div>
    </figure>
  );
}

/** Null for what is no diff. */
function parse(source: string): FileData[] | null {
  try {
    const files = parseDiff(withHeaders(source), { nearbySequences: 'zip' });
    return files.some(file => file.hunks.length || file.type !== 'modify') ? files : null;
  } catch {
    return null;
  }
}

function useRoom(node: React.RefObject<HTMLElement>): boolean {
  const [roomy, setRoomy] = useState(false);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => setRoomy(contentRect.width >= ROOM));
    if (node.current) {
      observer.observe(node.current);
    }
    return () => observer.disconnect();
  }, [node]);
  return roomy;
}

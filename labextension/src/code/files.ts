/** The files of a result, and where they go outside of the panel. */
import { Clipboard } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { Contents } from '@jupyterlab/services';
import type { Wire } from '../api/client';
import { save } from '../panel/saving';
import type { IServices } from '../panel/services';

export interface ICodeFile {
  readonly path: string;
  readonly source: string;
  readonly test: boolean;
}

const MOST_NAMES = 1000;

/** Code first, then tests. */
export function filesOf(execution: Wire['ExecutionView']): ICodeFile[] {
  const listed = (files: Record<string, string> | null, test: boolean): ICodeFile[] =>
    Object.entries(files ?? {}).map(([path, source]) => ({ path, source, test }));
  return [...listed(execution.files, false), ...listed(execution.tests, true)];
}

/** The file that is meant: `path`, or the first. */
export function fileOf(execution: Wire['ExecutionView'], path: string): ICodeFile | undefined {
  const files = filesOf(execution);
  return files.find(file => file.path === path) ?? files[0];
}

export function copy(file: ICodeFile): void {
  Clipboard.copyToSystem(file.source);
}

/** Have the browser save the archive of a result. Rejects with AgentError. */
export async function downloadArchive({ agent }: Pick<IServices, 'agent'>, id: string): Promise<void> {
  const response = await agent.open(`/execute/${encodeURIComponent(id)}/archive`);
  const named = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '');
  save(await response.blob(), named?.[1] ?? `${id}.zip`);
}

/** Write a file into a folder under a name that is free there, and open it; returns its path. */
export async function openAsFile(
  { app, documents, folder }: Pick<IServices, 'app' | 'documents' | 'folder'>,
  file: ICodeFile
): Promise<string> {
  const { contents } = app.serviceManager;
  const path = await freePath(contents, PathExt.join(folder(), PathExt.basename(file.path)));
  await contents.save(path, { type: 'file', format: 'text', content: file.source });
  documents?.openOrReveal(path);
  return path;
}

async function freePath(contents: Contents.IManager, wanted: string): Promise<string> {
  const ending = PathExt.extname(wanted);
  const stem = wanted.slice(0, wanted.length - ending.length);
  for (let number = 0; number < MOST_NAMES; number++) {
    const path = number ? `${stem}-${number}${ending}` : wanted;
    if (!(await exists(contents, path))) {
      return path;
    }
  }
  throw new Error(`${wanted} and a thousand names like it are taken.`);
}

async function exists(contents: Contents.IManager, path: string): Promise<boolean> {
  try {
    await contents.get(path, { content: false });
    return true;
  } catch (error) {
    if (error instanceof ServerConnection.ResponseError && error.response.status === 404) {
      return false;
    }
    throw error;
  }
}

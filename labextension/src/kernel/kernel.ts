/**
 * What a notebook's kernel says of its variables and cells. It is asked silently: nothing is run in the notebook, and
 * secrets are taken out before anything leaves the kernel. What it answers may be anything.
 */
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Wire } from '../api/client';
import { list, record, text, texts } from '../api/read';
import type { Json } from '../api/read';

const MODULE = "__import__('jupyter_coding_agent.magics.offering', fromlist=['_'])";
/** How long a kernel may take that has nothing else to do; describing is quick, its first import is not. */
const PATIENCE_MS = 8_000;
const MOST = 500;
const MOST_PACKAGES = 5_000;
const LONGEST = 4_000;
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const PYTHON = /^3\.\d{1,2}(\.\d+)?$/;

/** Where the notebook's code runs: what is passed has to run there. */
export interface IKernelFacts {
  readonly python: string;
  readonly packages: readonly string[];
}

export interface IVariable {
  readonly name: string;
  readonly description: string;
  /** A function, a class or a module. */
  readonly definition: boolean;
}

interface IAnswer {
  readonly facts: IKernelFacts | null;
  /** What was taken out: `1 password`. */
  readonly withheld: string;
}

export interface IVariables extends IAnswer {
  readonly variables: readonly IVariable[];
}

export interface ICells extends IAnswer {
  /** In the order of the question. */
  readonly sources: readonly string[];
}

/** What code finds in a notebook when it is proved: live values, and cells to run before it. */
export type Found = NonNullable<Wire['NotebookContext-Input']['notebook']>;

/** A request's words, and the names and cells of the notebook that it is about. */
export interface IQuestion {
  readonly request: string;
  readonly names: readonly string[];
  readonly cells: readonly string[];
}

/** A cell by its number and source, as it was run. */
export interface IRun {
  readonly number: number;
  readonly source: string;
}

export type OwnCell = Pick<Wire['ExecuteRequest'], 'own_tests' | 'context'>;

/** Why a kernel can't be asked, in a sentence for people. */
export class KernelSilent extends Error {}

/** Rejects with KernelSilent. */
export async function variablesOf(trans: TranslationBundle, notebook: NotebookPanel): Promise<IVariables> {
  const said = await ask(trans, notebook, 'variables()');
  const variables = list(said.variables).flatMap(one => {
    const { name, description, definition } = record(one);
    return NAME.test(text(name))
      ? [
          {
            name: text(name),
            description: text(description).slice(0, LONGEST),
            definition: definition === true
          }
        ]
      : [];
  });
  return { variables: variables.slice(0, MOST), ...common(said) };
}

/** The sources without the secrets in them. Rejects with KernelSilent. */
export async function withoutSecrets(
  trans: TranslationBundle,
  notebook: NotebookPanel,
  sources: readonly string[]
): Promise<ICells> {
  const said = await ask(trans, notebook, `cells(${quoted(sources)})`);
  const cells = texts(said.cells);
  if (cells.length !== sources.length) {
    throw new KernelSilent(trans.__('The kernel’s answer about the cells was not understood.'));
  }
  return { sources: cells, ...common(said) };
}

/** The engine checks what it is. Rejects with KernelSilent. */
export async function foundIn(
  trans: TranslationBundle,
  notebook: NotebookPanel,
  question: IQuestion
): Promise<Found> {
  const said = await ask(trans, notebook, `found(${quoted(question)})`);
  return record(said.notebook);
}

/** A cell with what it builds on and finds, to have tests written for it. Rejects with KernelSilent. */
export async function ownCellOf(
  trans: TranslationBundle,
  notebook: NotebookPanel,
  { number, source }: IRun,
  failed: readonly IRun[]
): Promise<OwnCell> {
  const question = { number, source, failed: failed.map(one => [one.number, one.source]) };
  const said = await ask(trans, notebook, `own_cell(${quoted(question)})`);
  return { own_tests: record(said.own_tests), context: record(said.context) } as unknown as OwnCell;
}

/** A JSON text in JSON's notation of a text, which is one of Python's as well. */
function quoted(value: unknown): string {
  return JSON.stringify(JSON.stringify(value));
}

function common(said: Json): IAnswer {
  const python = text(said.kernel_python);
  const packages = texts(said.packages).filter(one => one.length <= 200);
  const facts = PYTHON.test(python) ? { python, packages: packages.slice(0, MOST_PACKAGES) } : null;
  return { facts, withheld: text(said.withheld).slice(0, LONGEST) };
}

async function ask(trans: TranslationBundle, notebook: NotebookPanel, call: string): Promise<Json> {
  const kernel = notebook.context.sessionContext.session?.kernel;
  if (!kernel) {
    throw new KernelSilent(trans.__('The notebook has no running kernel: start it first.'));
  }
  const late = new Promise<never>((_, reject) =>
    window.setTimeout(() => reject(new KernelSilent(busy(trans))), PATIENCE_MS)
  );
  return Promise.race([asked(trans, kernel, call), late]);
}

function busy(trans: TranslationBundle): string {
  return trans.__('The kernel is busy and did not answer in time. Try again when it is idle.');
}

async function asked(
  trans: TranslationBundle,
  kernel: Kernel.IKernelConnection,
  call: string
): Promise<Json> {
  if (kernel.status === 'busy') {
    throw new KernelSilent(busy(trans));
  }
  const { language_info: language } = await kernel.info;
  if (language.name !== 'python') {
    throw new KernelSilent(
      trans.__('Variables can be looked at in Python kernels only; this one speaks %1.', language.name)
    );
  }
  const { content } = await kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    user_expressions: { it: MODULE + '.' + call },
    allow_stdin: false,
    stop_on_error: false
  }).done;
  const it = record(record(record(content).user_expressions).it);
  if (it.status === 'ok') {
    return record(record(it.data)['application/json']);
  }
  const missing = ['ModuleNotFoundError', 'ImportError'].includes(text(it.ename));
  throw new KernelSilent(
    missing
      ? trans.__(
          'This kernel’s environment has no jupyter-coding-agent, which tells what may be sent. Run "%pip install jupyter-coding-agent" in the notebook, or choose a kernel that has it.'
        )
      : trans.__('The kernel could not say: %1', text(it.evalue).slice(0, 300) || text(content.status))
  );
}

import { notebookPlugin } from './notebook/plugins';

export default [notebookPlugin];

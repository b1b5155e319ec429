import { placePlugins } from './commands/plugins';
import { fixPlugin } from './notebook/fix/plugin';
import { pagePlugin } from './notebook/page/plugin';
import { notebookPlugin } from './notebook/plugin';
import { provingPlugin } from './notebook/proving/plugin';
import { panelPlugin } from './panel/plugin';

export default [notebookPlugin, provingPlugin, fixPlugin, pagePlugin, panelPlugin, ...placePlugins];

/** The pin of a message, which JupyterLab has no icon for. */
import { LabIcon } from '@jupyterlab/ui-components';
import pin from '../../style/icons/pin.svg';

export const pinIcon = new LabIcon({ name: 'coding-agent:pin', svgstr: pin });

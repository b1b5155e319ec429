/** The agent's own icon: code with a check mark. */
import { LabIcon } from '@jupyterlab/ui-components';
import agent from '../../style/icons/agent.svg';

export const agentIcon = new LabIcon({ name: 'coding-agent:agent', svgstr: agent });

import { LocalBackend, type TerraformStack } from 'cdktf';

/**
 * The state is a file in the project, outside git. The stack's id contains the environment, so environments stay apart.
 * The path is relative to `cdktf.out/stacks/<id>/`: with an absolute one, a project that moved would lose its state.
 */
export function keepStateInProject(stack: TerraformStack): void {
  new LocalBackend(stack, { path: stateFile(stack.node.id) });
}

/** Path of a stack's state, relative to the folder in which Terraform runs. */
export const stateFile = (stack: string): string => `../../../terraform.${stack}.tfstate`;

import { LocalBackend, type TerraformStack } from 'cdktf';

/**
 * State is a file in the project, out of git; the stack's id has the environment in it, so environments keep apart.
 * The path is relative to `cdktf.out/stacks/<id>/`: an absolute one would lock the state out of a project that moved.
 */
export function keepStateInProject(stack: TerraformStack): void {
  new LocalBackend(stack, { path: stateFile(stack.node.id) });
}

/** Where a stack's state is, relative to the folder in which Terraform runs. */
export const stateFile = (stack: string): string => `../../../terraform.${stack}.tfstate`;

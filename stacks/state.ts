import { join } from 'node:path';
import { LocalBackend, type TerraformStack } from 'cdktf';

/** State is a file in the project, out of git; the stack's id has the environment in it, so environments keep apart. */
export function keepStateInProject(stack: TerraformStack, root: string): void {
  new LocalBackend(stack, { path: join(root, `terraform.${stack.node.id}.tfstate`) });
}

/** Kubernetes objects as kubectl reads them; no cluster is asked. */
import { runWell } from "./programs.ts";

/** An object of Kubernetes; its fields are as deep as the file says. */
// deno-lint-ignore no-explicit-any
export type KubernetesObject = any;

/** What `kubectl apply -k` of a folder would send, as YAML. */
export async function kustomized(folder: string): Promise<string> {
  return (await runWell("kubectl", ["kustomize", folder])).text;
}

/** The objects of a YAML text. */
export async function objectsOf(yaml: string): Promise<KubernetesObject[]> {
  // The least that kubectl does to objects without a cluster.
  const text = await local(["label", "passthru-test=parsed"], yaml);
  // One object after the other, each in lines that are indented.
  return text.trim().split(/(?<=^\})\n(?=\{$)/m).map((part) => {
    const object = JSON.parse(part);
    delete object.metadata.labels["passthru-test"];
    return object;
  });
}

/**
 * A Deployment as Kubernetes' own types take it: a field that they do not have
 * is not in it any more.
 *
 * @throws {Error} When a value has the wrong type.
 */
export async function typedDeployment(
  object: KubernetesObject,
): Promise<KubernetesObject> {
  const [{ name }] = object.spec.template.spec.containers;
  const text = await local(
    ["set", "image", `${name}=checked`],
    JSON.stringify(object),
  );
  return JSON.parse(text);
}

async function local(
  [command, ...args]: readonly string[],
  input: string,
): Promise<string> {
  const [subcommand, ...rest] = command === "set" ? args : [null, ...args];
  const { text } = await runWell("kubectl", [
    ...[command!, ...subcommand === null ? [] : [subcommand!]],
    ...["--local", "-f", "-", "-o", "json"],
    ...rest as string[],
  ], { stdin: new TextEncoder().encode(input) });
  return text;
}

/** The Kubernetes manifest: well formed, and its parts agree with each other. */
import type { ListenerPlan } from "../../src/config/plan.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import type { Plan } from "../../src/config/plan.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { stagesOf } from "../support/containerfile.ts";
import { CONTAINERFILE } from "../support/image.ts";
import {
  type KubernetesObject,
  kustomized,
  objectsOf,
  typedDeployment,
} from "../support/kubernetes.ts";
import { ROOT } from "../support/process.ts";
import { programTest } from "../support/programs.ts";

const FOLDER = `${ROOT}configs/deploy/kubernetes`;

/** The fields of `spec` that the other objects may have, as of Kubernetes 1.34. */
const SPEC_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Service: ["type", "externalTrafficPolicy", "selector", "ports"],
  PodDisruptionBudget: ["maxUnavailable", "selector"],
};

/** What is deployed, each kind once. */
async function deployed(): Promise<Map<string, KubernetesObject>> {
  const objects = await objectsOf(await kustomized(FOLDER));
  const byKind = new Map(objects.map((object) => [object.kind, object]));
  assertEquals(byKind.size, objects.length, "one object a kind");
  return byKind;
}

/** The Plan of the config in the ConfigMap. */
function planOf(map: KubernetesObject, name: string): Plan {
  const { plan } = loadConfig(
    name,
    new TextEncoder().encode(map.data[name]),
    new Registry(BUILTINS),
  );
  assert(plan, "the config is good");
  return plan;
}

programTest(
  ["kubectl"],
  "kubernetes: every field of the manifest is one that Kubernetes has",
  async () => {
    const objects = await deployed();
    const deployment = objects.get("Deployment");
    const typed = await typedDeployment(deployment);
    typed.spec.template.spec.containers[0].image =
      deployment.spec.template.spec.containers[0].image;
    assertHolds(typed, deployment, "Deployment");
    for (const [kind, fields] of Object.entries(SPEC_FIELDS)) {
      for (const field of Object.keys(objects.get(kind).spec)) {
        assert(fields.includes(field), `${kind}.spec.${field}`);
      }
    }
    const wrong = structuredClone(deployment);
    wrong.spec.template.spec.containers[0].readinesProbe = {};
    await assertRejects(async () =>
      assertHolds(await typedDeployment(wrong), wrong, "Deployment")
    );
    wrong.spec.replicas = "three";
    await assertRejects(() => typedDeployment(wrong));
  },
);

programTest(
  ["kubectl"],
  "kubernetes: the names, labels and ports of the objects lead to each other",
  async () => {
    const objects = await deployed();
    const { spec } = objects.get("Deployment");
    const pod = spec.template;
    const [container] = pod.spec.containers;
    const { labels } = pod.metadata;
    const service = objects.get("Service").spec;
    assertEquals(spec.selector.matchLabels, labels);
    assertEquals(service.selector, labels);
    assertEquals(
      objects.get("PodDisruptionBudget").spec.selector.matchLabels,
      labels,
    );
    const ports = new Map<string, number>(
      container.ports.map((port: KubernetesObject) => [
        port.name,
        port.containerPort,
      ]),
    );
    assertEquals(service.type, "LoadBalancer");
    assertEquals(service.externalTrafficPolicy, "Local");
    const [outside] = service.ports;
    assertEquals([outside.port, service.ports.length], [443, 1]);
    assertEquals(outside.targetPort, "passthru", "and not the admin port");
    assert(ports.has(outside.targetPort));
    for (const probe of [container.readinessProbe, container.livenessProbe]) {
      assert(ports.has(probe.httpGet.port));
    }
    const [volume] = pod.spec.volumes;
    const { name } = objects.get("ConfigMap").metadata;
    assertMatch(name, /^passthru-\w{10}$/, "a hash, so that a change rolls");
    assertStrictEquals(volume.projected.sources[0].configMap.name, name);
    assertStrictEquals(container.volumeMounts[0].name, volume.name);
    assertEquals(container.volumeMounts[0].subPath, undefined);
  },
);

programTest(
  ["kubectl"],
  "kubernetes: ports, times, user and arguments are those of the config and of the image",
  async () => {
    const objects = await deployed();
    const pod = objects.get("Deployment").spec.template.spec;
    const [container] = pod.containers;
    const [mounted] = container.volumeMounts;
    const stage = stagesOf(await Deno.readTextFile(CONTAINERFILE)).at(-1)!;
    const [option, file] = container.args as [string, string];
    assertEquals(option, "-c");
    const name = file.slice(`${mounted.mountPath}/`.length);
    assertEquals(file, `${mounted.mountPath}/${name}`);
    const readable = stage.entrypoint.find((word) =>
      word.startsWith("--allow-read=")
    )!.replace(/^.*=/, "").split(",");
    assert(readable.includes(mounted.mountPath), "links lead elsewhere");
    const plan = planOf(objects.get("ConfigMap"), name);
    assertEquals(
      [...plan.listeners.map(portOf), plan.admin!.listen.port],
      container.ports.map((port: KubernetesObject) => port.containerPort),
    );
    const [sleep, seconds] = container.lifecycle.preStop.exec.command;
    assertEquals(sleep, "sleep");
    const grace = pod.terminationGracePeriodSeconds;
    const needed = Number(seconds) + plan.drainTimeoutMs / 1_000;
    assert(grace > needed, `${grace} s for ${needed} s`);
    const { runAsUser, runAsGroup } = pod.securityContext;
    assertEquals(`${runAsUser}:${runAsGroup}`, stage.user);
    assertEquals(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    assertEquals(stage.exposed, [`${portOf(plan.listeners[0]!)}`]);
  },
);

programTest(
  ["kubectl"],
  "kubernetes: probes ask what needs no token, and the token comes from the Secret that the README makes",
  async () => {
    const objects = await deployed();
    const pod = objects.get("Deployment").spec.template.spec;
    const { readinessProbe, livenessProbe } = pod.containers[0];
    assertEquals(
      [readinessProbe.httpGet, livenessProbe.httpGet],
      ["/readyz", "/healthz"].map((path) => ({ path, port: "admin" })),
    );
    const patience = (probe: KubernetesObject) =>
      probe.periodSeconds * probe.failureThreshold;
    assert(patience(livenessProbe) > 10 * patience(readinessProbe));
    const map = objects.get("ConfigMap");
    const plan = planOf(map, "passthru.jsonc");
    assertEquals(plan.admin!.listen.hostname, "", "kubelet comes from outside");
    const [, { secret }] = pod.volumes[0].projected.sources;
    assertEquals(secret.items, [
      { key: "token", path: plan.admin!.tokenFile },
    ]);
    const readme = await Deno.readTextFile(`${FOLDER}/../README.md`);
    assert(
      readme.includes(
        `create secret generic ${secret.name} \\\n  --from-liter`,
      ),
    );
    assert(!objects.has("Secret"), "no token is in the repository");
  },
);

programTest(
  ["kubectl"],
  "kubernetes: Prometheus finds the pods by their label and the name of the admin port",
  async () => {
    const pod = (await deployed()).get("Deployment").spec.template;
    const [, admin] = pod.spec.containers[0].ports;
    const text = await Deno.readTextFile(`${FOLDER}/prometheus.yml`);
    const label = pod.metadata.labels["app.kubernetes.io/name"];
    assertEquals(
      /^ +regex: (.+)$/m.exec(text)![1],
      `${label};${admin.name}`,
    );
  },
);

/** Checks that all of `part` is in `whole`. */
function assertHolds(
  whole: KubernetesObject,
  part: KubernetesObject,
  path: string,
): void {
  if (typeof part !== "object" || part === null) {
    assertStrictEquals(whole, part, path);
    return;
  }
  assert(whole !== undefined && whole !== null, `${path} is unknown`);
  for (const [key, value] of Object.entries(part)) {
    assertHolds(whole[key], value, `${path}.${key}`);
  }
}

/** The port of a listener, which here is no Unix socket. */
function portOf({ address }: ListenerPlan): number {
  assert("port" in address);
  return address.port;
}

/**
 * Job files that train a prepared run on many machines: torchrun with a rendezvous at the first machine, which also
 * plans the batches and, at the end, publishes the model into its site. The site's folder is on a shared file system.
 */
import { stringify } from "yaml";

export interface JobPlan {
  readonly name: string;
  /** Absolute paths, the same on every machine. */
  readonly site: string;
  readonly run: string;
  readonly program: string;
  readonly trainers: string;
  readonly nodes: number;
  readonly gpusPerNode: number;
  readonly sharding: "ddp" | "fsdp";
  readonly from: string | undefined;
  readonly image: string;
}

const PORT = 29400;

/** An sbatch script. */
export function slurmJob(plan: JobPlan): string {
  return `#!/bin/bash
#SBATCH --job-name=${plan.name}
#SBATCH --nodes=${plan.nodes}
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=${plan.gpusPerNode}
#SBATCH --time=24:00:00
#SBATCH --requeue
#SBATCH --output=${plan.site}/logs/%x-%j.log
set -euo pipefail

# The first machine plans the batches while all of them train; a job that was stopped goes on from its last state.
head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
export PYTHONPATH=${quoted(plan.trainers)}
${feedCommand(plan)} &
feeder=$!
trap 'kill "$feeder" 2>/dev/null || true' EXIT

srun --kill-on-bad-exit=1 torchrun \\
  --nnodes="$SLURM_NNODES" --nproc-per-node=${plan.gpusPerNode} \\
  --rdzv-id="$SLURM_JOB_ID" --rdzv-backend=c10d --rdzv-endpoint="$head:${PORT}" \\
  ${trainerArguments(plan)}

wait "$feeder"
${publishCommand(plan)}
`;
}

/** An indexed Job and the headless Service by which its pods find each other. */
export function kubernetesJob(plan: JobPlan): string {
  const first = `${plan.name}-0.${plan.name}`;
  const script = `set -euo pipefail
if [ "$JOB_COMPLETION_INDEX" = 0 ]; then ${feedCommand(plan)} & fi
torchrun --nnodes=${plan.nodes} --nproc-per-node=${plan.gpusPerNode} --node-rank="$JOB_COMPLETION_INDEX" \\
  --rdzv-id=${plan.name} --rdzv-backend=c10d --rdzv-endpoint=${first}:${PORT} \\
  ${trainerArguments(plan)}
if [ "$JOB_COMPLETION_INDEX" = 0 ]; then wait; ${publishCommand(plan)}; fi
`;
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: plan.name },
    spec: {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      selector: { "job-name": plan.name },
      ports: [{ name: "rendezvous", port: PORT }],
    },
  };
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: plan.name },
    spec: {
      completionMode: "Indexed",
      completions: plan.nodes,
      parallelism: plan.nodes,
      backoffLimit: 3 * plan.nodes,
      template: {
        metadata: { labels: { "job-name": plan.name } },
        spec: {
          restartPolicy: "Never",
          subdomain: plan.name,
          containers: [
            {
              name: "train",
              image: plan.image,
              command: ["bash", "-c", script],
              env: [{ name: "PYTHONPATH", value: plan.trainers }],
              ports: [{ containerPort: PORT }],
              resources: { limits: { "nvidia.com/gpu": plan.gpusPerNode } },
              volumeMounts: [
                { name: "site", mountPath: plan.site },
                { name: "shared-memory", mountPath: "/dev/shm" },
              ],
            },
          ],
          volumes: [
            { name: "site", persistentVolumeClaim: { claimName: `${plan.name}-site` } },
            { name: "shared-memory", emptyDir: { medium: "Memory" } },
          ],
        },
      },
    },
  };
  return [service, job].map((document) => stringify(document)).join("---\n");
}

function trainerArguments({ run, sharding }: JobPlan): string {
  return `-m longitude_torch --folder ${quoted(run)} --sharding ${sharding}`;
}

function feedCommand(plan: JobPlan): string {
  return `${trainCommand(plan)} --feed ${quoted(plan.run)}`;
}

/** Finds the trained run and publishes it; torch is not started again. */
function publishCommand(plan: JobPlan): string {
  return trainCommand(plan);
}

function trainCommand({ program, site, sharding, from }: JobPlan): string {
  const start = from === undefined ? "" : ` --from ${quoted(from)}`;
  return `node ${quoted(program)} train --site ${quoted(site)} --engine torch --sharding ${sharding}${start}`;
}

/** As one word of a shell, whatever is in it. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

#!/usr/bin/env python3
"""Writes a tree of descriptors to measure a run on. The same arguments give the same tree.

usage: tree.py FOLDER [FILES [SYSTEMS]]

FILES descriptors (20000) without face recognition: Kubernetes manifests of several documents, Compose files,
application configuration, package manifests, templates; half of them about 1 KB, a few of some MB. SYSTEMS (0)
small face-recognition systems are scattered among them.
"""
import json
import os
import random
import sys

WORDS = """account adapter alert archive asset audit backend badge banner batch billing bridge broker budget cache
campaign cart catalog channel checkout claim client cluster comment contact content coupon courier credit cursor
dashboard deposit device digest discount dispatch document domain driver dynamic editor email engine event export
feedback feed fleet folder form gateway geo grid guide history image index ingest interface inventory invoice item
journal label layout ledger library licence link locale location log mail market media member menu message metric
mobile notice order outbox partner payment pixel planner player policy portal price print product profile project
promo proxy query queue quota rating record refund region relay render report request reserve review reward route
schedule schema script search section sender session shipping signal site slot source stock storage store stream
summary supplier support survey sync table tariff task template tenant ticket timeline token topic tracker traffic
translate upload user vendor video visit voucher wallet warehouse webhook widget worker zone""".split()


def name(r):
    return "-".join(r.sample(WORDS, 2))


def workload(r, n):
    kind = r.choice(["Deployment", "Deployment", "StatefulSet", "DaemonSet"])
    env = "".join(
        f"            - name: {'_'.join(r.sample(WORDS, 2)).upper()}\n"
        f"              value: \"{r.choice([r.randrange(9999), r.choice(WORDS), 'true'])}\"\n"
        for _ in range(r.randrange(1, 9))
    )
    return f"""apiVersion: apps/v1
kind: {kind}
metadata:
  name: {n}
  labels:
    app.kubernetes.io/name: {n}
spec:
  replicas: {r.randrange(1, 6)}
  selector:
    matchLabels:
      app.kubernetes.io/name: {n}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {n}
    spec:
      containers:
        - name: {r.choice(WORDS)}
          image: registry.example.com/{r.choice(WORDS)}/{n}:{r.randrange(9)}.{r.randrange(20)}.{r.randrange(9)}
          ports:
            - containerPort: {r.randrange(3000, 9999)}
          env:
{env}          resources:
            limits: {{cpu: "{r.randrange(1, 4)}", memory: {r.randrange(1, 8)}Gi}}
          livenessProbe:
            httpGet: {{path: /healthz, port: http}}
"""


def service(r, n):
    return f"""apiVersion: v1
kind: Service
metadata:
  name: {n}
spec:
  selector:
    app.kubernetes.io/name: {n}
  ports:
    - port: 80
      targetPort: {r.randrange(3000, 9999)}
"""


def settings(r):
    lines = ["server:", f"  port: {r.randrange(3000, 9999)}", "spring:", "  application:", f"    name: {name(r)}"]
    for _ in range(r.randrange(2, 8)):
        lines.append(f"{name(r)}:")
        for _ in range(r.randrange(1, 6)):
            value = r.choice([str(r.randrange(99999)), "true", "${X_HOST:localhost}", f"https://{name(r)}.example.com/api"])
            lines.append(f"  {name(r)}: {value}")
    return "\n".join(lines) + "\n"


def config_map(r, n):
    inner = "".join(f"    {line}\n" for line in settings(r).splitlines())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {n}-config\ndata:\n  application.yml: |\n{inner}"


def manifest(r):
    n = name(r)
    parts = [workload(r, n)]
    if r.random() < 0.6:
        parts.append(service(r, n))
    if r.random() < 0.3:
        parts.append(config_map(r, n))
    return "---\n".join(parts)


def compose(r):
    out = "services:\n"
    for _ in range(r.randrange(1, 5)):
        n = name(r)
        out += f"  {n}:\n    image: {r.choice(WORDS)}/{n}:{r.randrange(9)}\n    environment:\n"
        out += "".join(f"      {r.choice(WORDS).upper()}_{i}: \"{r.randrange(999)}\"\n" for i in range(r.randrange(1, 7)))
        out += f"    ports: [\"{r.randrange(3000, 9999)}:80\"]\n"
    return out


def package(r):
    needs = {f"@{r.choice(WORDS)}/{name(r)}": f"^{r.randrange(9)}.{r.randrange(20)}.0" for _ in range(r.randrange(3, 30))}
    return json.dumps({"name": name(r), "version": "1.0.0", "dependencies": needs}, indent=2) + "\n"


def template(r):
    return manifest(r).replace("replicas: ", "replicas: {{ .Values.replicas }} # ", 1)


def variables(r):
    return "".join(f"{'_'.join(r.sample(WORDS, 2)).upper()}={r.randrange(99999)}\n" for _ in range(r.randrange(3, 25)))


def large(r, size):
    """A definition of a custom resource, or a list as a cluster exports it: many keys, long descriptions."""
    out, length = ["openAPIV3Schema:\n  properties:\n"], 0
    while length < size:
        words = " ".join(r.choices(WORDS, k=14))
        part = f"    {name(r)}:\n      description: {words}.\n      type: {r.choice(['string', 'integer', 'boolean'])}\n"
        out.append(part)
        length += len(part)
    return "".join(out)


KINDS = [
    (50, "{n}.yaml", manifest),
    (10, "templates/{n}.yaml", template),
    (10, "docker-compose.yml", compose),
    (12, "src/main/resources/application.yml", settings),
    (8, "{n}.json", package),
    (5, "{n}.env", variables),
    (5, "{n}.properties", variables),
]

SYSTEM = """services:
  door-{i}:
    image: exadel/compreface:1.2.0
    environment:
      FACE_IMAGE_RETENTION_DAYS: "0"
      LOGIN_METHODS: face
"""


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    root, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    systems = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    r = random.Random(20250601)
    at = {(i + 1) * count // (systems + 1) for i in range(systems)}
    weights = [weight for weight, _, _ in KINDS]
    for i in range(count):
        folder = os.path.join(root, f"team-{i // 500}", f"{WORDS[i // 8 % len(WORDS)]}-{i // 8}")
        _, path, write = r.choices(KINDS, weights)[0]
        text = large(r, r.randrange(1, 4) << 20) if i % 4000 == 1999 else large(r, r.randrange(20, 200) << 10) if i % 200 == 99 else write(r)
        path = os.path.join(folder, path.format(n=f"{name(r)}-{i}"))
        if os.path.exists(path):
            path = os.path.join(folder, f"more-{i}", os.path.basename(path))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(text)
        if i in at:
            os.makedirs(os.path.join(folder, "door"), exist_ok=True)
            with open(os.path.join(folder, "door", "docker-compose.yml"), "w") as out:
                out.write(SYSTEM.replace("{i}", str(i)))


main()

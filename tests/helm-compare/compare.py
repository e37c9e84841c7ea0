#!/usr/bin/env python3
"""Holds what facelint evaluates against what the real tool renders.

    compare.py facelint.json rendered.yaml

Every object of the tool must be there; where facelint states a value it must be the tool's. U+FFFC is a part of a
value that facelint does not state; a key or an item of U+FFFC alone says that more may stand there. Prints the share
of values that were stated. Exit code 1 when a value differs.
"""
import json
import re
import sys

import yaml

HOLE = "\ufffc"


class Pairs(list):
    """A mapping that keeps a key that stands twice."""


class Loader(yaml.SafeLoader):
    pass


def pairs(loader, node):
    out = Pairs()
    yield out
    out.extend((loader.construct_object(k, deep=True), loader.construct_object(v, deep=True)) for k, v in node.value)


Loader.add_constructor("tag:yaml.org,2002:map", pairs)
# Dates stay texts, as in Kubernetes.
Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda l, n: n.value)


def load(text):
    return [d for d in yaml.load_all(text, Loader) if d]


def get(doc, *path):
    for key in path:
        doc = next((v for k, v in reversed(doc) if k == key), None) if isinstance(doc, Pairs) else None
    return doc


def matches(ours, theirs):
    """Whether a text with holes can be the other text."""
    if HOLE not in ours:
        return ours == theirs
    pattern = ".*".join(re.escape(part) for part in ours.split(HOLE))
    return re.fullmatch(pattern, theirs, re.S) is not None


class Count:
    def __init__(self):
        self.said = self.open = 0
        self.wrong = []

    def leaf(self, path, ours, theirs):
        if isinstance(ours, str) and HOLE in ours:
            self.open += 1
            if not matches(ours, str(theirs)):
                self.wrong.append((path, ours, theirs))
        elif ours == theirs and type(ours) is type(theirs):
            self.said += 1
        else:
            self.wrong.append((path, ours, theirs))

    def leaves(self, node):
        if isinstance(node, Pairs):
            return sum(self.leaves(v) for _, v in node) or 1
        if isinstance(node, list):
            return sum(self.leaves(v) for v in node) or 1
        return 1

    def node(self, path, ours, theirs):
        if isinstance(ours, str) and HOLE in ours and not isinstance(theirs, str):
            self.open += self.leaves(theirs)
            return
        if isinstance(theirs, Pairs):
            if not isinstance(ours, Pairs):
                if ours in (None, ""):
                    ours = Pairs()
                else:
                    self.wrong.append((path, ours, theirs))
                    return
            more = any(k == HOLE for k, _ in ours)
            for key, value in theirs:
                mine = [v for k, v in ours if k == key or (isinstance(k, str) and HOLE in k and k != HOLE and matches(k, str(key)))]
                if not mine:
                    if more:
                        self.open += self.leaves(value)
                    else:
                        self.wrong.append((f"{path}.{key}", "(missing)", value))
                elif len(mine) == 1:
                    self.node(f"{path}.{key}", mine[0], value)
                else:
                    # Two branches: one of them must be the tool's.
                    tries = []
                    for one in mine:
                        attempt = Count()
                        attempt.node(f"{path}.{key}", one, value)
                        tries.append(attempt)
                    best = min(tries, key=lambda t: len(t.wrong))
                    self.open += best.said + best.open
                    self.wrong += best.wrong
        elif isinstance(theirs, list):
            if not isinstance(ours, list):
                self.wrong.append((path, ours, theirs))
            elif HOLE in [o for o in ours if isinstance(o, str)]:
                self.open += sum(self.leaves(v) for v in theirs)
            elif len(ours) != len(theirs):
                self.wrong.append((path, ours, theirs))
            else:
                for n, (a, b) in enumerate(zip(ours, theirs)):
                    self.node(f"{path}[{n}]", a, b)
        else:
            self.leaf(path, ours, theirs)


def main():
    ours = []
    for rendered in json.load(open(sys.argv[1], encoding="utf-8")):
        if not rendered["whole"]:
            print("  a template gave no whole YAML")
        try:
            ours += load(rendered["text"])
        except yaml.YAMLError as error:
            print(f"  not read: {error}")
    theirs = load(open(sys.argv[2], encoding="utf-8").read())
    count = Count()
    for doc in theirs:
        kind, name = get(doc, "kind"), str(get(doc, "metadata", "name"))
        found = [o for o in ours if get(o, "kind") == kind and matches(str(get(o, "metadata", "name")), name)]
        exact = [o for o in found if str(get(o, "metadata", "name")) == name]
        found = exact or found
        if not found:
            count.wrong.append((f"{kind}/{name}", "(missing)", "(whole object)"))
            continue
        tries = []
        for one in found:
            attempt = Count()
            attempt.node(f"{kind}/{name}", one, doc)
            tries.append(attempt)
        best = min(tries, key=lambda t: len(t.wrong))
        count.said += best.said
        count.open += best.open
        count.wrong += best.wrong
    total = count.said + count.open + len(count.wrong)
    share = 100 * count.said / total if total else 100
    print(f"  {len(theirs)} objects, {count.said} values stated, {count.open} not known, {len(count.wrong)} wrong ({share:.0f} % stated)")
    for path, mine, real in count.wrong[:20]:
        print(f"    {path}: {mine!r} is {real!r}")
    return 1 if count.wrong else 0


sys.exit(main())

"""Graphs in DOT as an independent reader reads them: clusters with their nodes, arrows, labels as people see them."""

from __future__ import annotations

import html
import re
import warnings
from dataclasses import dataclass
from typing import Any

import pydot

_SIGNS = {"n": "\n", "l": "\n", "r": "\n"}


@dataclass(frozen=True)
class Drawn:
    """A graph that was read: for each cluster, node and arrow its attributes, with the label as it is shown."""

    label: str
    clusters: dict[str, dict[str, str]]
    nodes: dict[str, dict[str, str]]
    homes: dict[str, str]
    arrows: list[tuple[str, str, dict[str, str]]]
    ranks: list[set[str]]

    def arrow(self, start: str, end: str) -> dict[str, str]:
        """Return the one arrow between two nodes."""
        (found,) = [form for one, other, form in self.arrows if (one, other) == (start, end)]
        return found


def read_graph(text: str) -> Drawn:
    """Return what stands in a text of DOT; it holds one graph and nothing that cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the reader about its own parser
        (graph,) = pydot.graph_from_dot_data(text) or (pydot.Dot(),)
    clusters: dict[str, dict[str, str]] = {}
    nodes: dict[str, dict[str, str]] = {}
    homes: dict[str, str] = {}
    ranks: list[set[str]] = []
    for one in graph.get_subgraphs():
        cluster = str(one.get_name())
        clusters[cluster] = _form(one)
        for node in one.get_nodes():
            nodes[str(node.get_name())] = _form(node)
            homes[str(node.get_name())] = cluster
        ranks += [{str(node.get_name()) for node in same.get_nodes()} for same in one.get_subgraphs()]
    assert {node.get_name() for node in graph.get_nodes()} <= {"node", "edge", "graph"}
    edges = [*graph.get_edges(), *(edge for one in graph.get_subgraphs() for edge in one.get_edges())]
    arrows = [(str(edge.get_source()), str(edge.get_destination()), _form(edge)) for edge in edges]
    return Drawn(_form(graph)["label"], clusters, nodes, homes, arrows, ranks)


def _form(part: Any) -> dict[str, str]:
    return {name: shown(value) for name, value in part.get_attributes().items()}


def shown(value: str) -> str:
    """Return a quoted value as Graphviz shows it: quotes off, its commands obeyed, its entities read."""
    assert value[0] == value[-1] == '"', value
    inner = value[1:-1].replace('\\"', '"')
    return re.sub(r"\\(.)", lambda found: _SIGNS.get(found[1], found[1]), html.unescape(inner))

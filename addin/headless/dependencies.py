"""In which order the parts of a workbook's formulas have to be computed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from addin.headless.formula_plan import Computed, Native, Part, Place
from addin.headless.formula_text import Result
from addin.headless.references import Area

BLOCK: Final = 128
MANY: Final = 3 * BLOCK


@dataclass(frozen=True, slots=True)
class Order:
    """The work in steps.

    Attributes:
        steps: for each step the parts for IronCalc, all at once, and then those that are computed
            here, one after the other.
        circles: the parts of each circular reference; they are in no step.
    """

    steps: list[tuple[list[int], list[int]]]
    circles: list[list[int]]

    def only(self, numbers: set[int]) -> Order:
        """The same order of some of the parts."""
        steps = [
            ([n for n in natives if n in numbers], [n for n in calls if n in numbers])
            for natives, calls in self.steps
        ]
        return Order([step for step in steps if any(step)], self.circles)


@dataclass(slots=True)
class _Column:
    """The formulas of one column of a sheet by the rows that they fill."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    blocks: dict[int, int] = field(default_factory=dict)

    def between(self, first: int, last: int) -> tuple[int, int]:
        """The span of entries that share a row with first..last."""
        low = bisect_right(self.starts, first) - 1
        if low < 0 or self.ends[low] < first:
            low += 1
        return low, bisect_right(self.starts, last)


class Owners:
    """Which part gives a cell its value."""

    def __init__(self, owned: Iterable[tuple[str, Area, int]]) -> None:
        spans: dict[tuple[str, int], list[tuple[int, int, int]]] = defaultdict(list)
        for sheet, area, part in owned:
            for column in range(area.first_column, area.last_column + 1):
                spans[sheet, column].append((area.first_row, area.last_row, part))
        self.columns: dict[tuple[str, int], _Column] = {}
        self.of_sheet: dict[str, list[int]] = defaultdict(list)
        for (sheet, column), entries in sorted(spans.items()):
            entries.sort()
            starts, ends, parts = (list(values) for values in zip(*entries, strict=True))
            made = _Column(starts, ends, parts)
            self.columns[sheet, column] = made
            self.of_sheet[sheet].append(column)

    def touched(self, place: Place) -> list[tuple[_Column, int, int]]:
        """The columns and their entries that share a cell with a rectangle."""
        sheet, area = place
        if area.first_column == area.last_column:
            column = self.columns.get((sheet, area.first_column))
            columns = [] if column is None else [column]
        else:
            known = self.of_sheet.get(sheet, [])
            low = bisect_left(known, area.first_column)
            high = bisect_right(known, area.last_column)
            columns = [self.columns[sheet, c] for c in known[low:high]]
        found = []
        for column in columns:
            low, high = column.between(area.first_row, area.last_row)
            if low < high:
                found.append((column, low, high))
        return found


class _Graph:
    """Which part waits for which; ranges and blocks of cells are nodes of their own."""

    def __init__(
        self, parts: Sequence[Part], owners: Owners, roots: dict[tuple[str, int, int], int]
    ) -> None:
        self.parts = parts
        self.owners = owners
        self.roots = roots
        self.followers: list[list[int]] = [[] for _ in parts]
        self.waiting: list[int] = [0] * len(parts)
        self._places: dict[Place, int | None] = {}
        for number, part in enumerate(parts):
            for place in part.reads:
                self._read(place, number)
            for spill in part.spills:
                root = roots.get((spill.sheet, spill.row, spill.column))
                if root is not None:
                    self._edge(root, number)
            if isinstance(part, Native):
                for call in part.calls:
                    self._edge(call, number)
            else:
                for argument in part.arguments:
                    if isinstance(argument, Computed | Result):
                        self._edge(argument.number, number)

    def _edge(self, before: int, after: int) -> None:
        self.followers[before].append(after)
        self.waiting[after] += 1

    def _new(self) -> int:
        self.followers.append([])
        self.waiting.append(0)
        return len(self.waiting) - 1

    def _read(self, place: Place, reader: int) -> None:
        area = place[1]
        if area.first_row == area.last_row and area.first_column == area.last_column:
            for column, low, _ in self.owners.touched(place):
                self._edge(column.owners[low], reader)
            return
        if place not in self._places:
            self._places[place] = self._node(place)
        node = self._places[place]
        if node is not None:
            self._edge(node, reader)

    def _node(self, place: Place) -> int | None:
        """A node that waits for all formulas of a range; None if it holds none."""
        touched = self.owners.touched(place)
        if not touched:
            return None
        node = self._new()
        for column, low, high in touched:
            if high - low <= MANY:
                for owner in set(column.owners[low:high]):
                    self._edge(owner, node)
                continue
            first, last = -(-low // BLOCK), high // BLOCK
            for owner in set(
                column.owners[low : first * BLOCK] + column.owners[last * BLOCK : high]
            ):
                self._edge(owner, node)
            for block in range(first, last):
                self._edge(self._block(column, block), node)
        return node

    def _block(self, column: _Column, block: int) -> int:
        if block not in column.blocks:
            column.blocks[block] = node = self._new()
            for owner in set(column.owners[block * BLOCK : (block + 1) * BLOCK]):
                self._edge(owner, node)
        return column.blocks[block]


def order(
    parts: Sequence[Part],
    owned: Iterable[tuple[str, Area, int]],
    roots: dict[tuple[str, int, int], int],
) -> Order:
    """Sorts parts into steps, each as early as what it needs allows.

    Args:
        parts: the parts of all formulas.
        owned: which rectangle of which sheet is given its values by which part.
        roots: the part that is the whole of the formula in a cell (sheet, row, column).
    """
    return _ordered(_Graph(parts, Owners(owned), roots))


def affected(
    parts: Sequence[Part],
    owned: Sequence[tuple[str, Area, int]],
    roots: dict[tuple[str, int, int], int],
    touched: Iterable[Place],
) -> set[int]:
    """The parts that may give something else after cells were written.

    These are the formulas in those cells, what refers to them, directly or not, what looks for
    its cells only while it computes, and the parts that all these are made of.
    """
    followers = dict(enumerate(_Graph(parts, Owners(owned), roots).followers))
    reached: set[int] = set()
    for number in _touched_parts(parts, owned, touched):
        if number not in reached:
            reached |= _reached(number, followers)
    needed = {number for number in reached if number < len(parts)}
    stack = list(needed)
    while stack:
        for inner in _made_of(parts[stack.pop()]):
            if inner not in needed:
                needed.add(inner)
                stack.append(inner)
    return needed


def _touched_parts(
    parts: Sequence[Part], owned: Iterable[tuple[str, Area, int]], touched: Iterable[Place]
) -> set[int]:
    by_sheet: dict[str, set[Area]] = defaultdict(set)
    for sheet, area in touched:
        by_sheet[sheet].add(area)

    def is_touched(place: Place) -> bool:
        return any(area.intersects(place[1]) for area in by_sheet.get(place[0], ()))

    found = {number for sheet, area, number in owned if is_touched((sheet, area))}
    known = {place: is_touched(place) for part in parts for place in part.reads}
    for number, part in enumerate(parts):
        looks_for_cells = bool(part.spills) or (isinstance(part, Native) and part.dynamic)
        if looks_for_cells or any(known[place] for place in part.reads):
            found.add(number)
    return found


def _made_of(part: Part) -> list[int]:
    """The parts whose results a part takes without their standing in cells."""
    if isinstance(part, Native):
        return list(part.calls)
    taken = (argument for argument in part.arguments if isinstance(argument, Computed | Result))
    return [argument.number for argument in taken]


def _ordered(graph: _Graph) -> Order:
    parts = graph.parts
    circles: list[list[int]] = []
    done = _Sorted(graph)
    done.run(deque(n for n, waiting in enumerate(graph.waiting) if not waiting))
    while done.left:
        circle = _circle(graph, done.finished)
        circles.append(sorted(n for n in circle if n < len(parts)))
        done.drop(circles[-1])
    return Order(done.steps(), circles)


class _Sorted:
    """Kahn's algorithm; each node gets the first step in which it can be computed."""

    def __init__(self, graph: _Graph) -> None:
        self.graph = graph
        size = len(graph.waiting)
        self.for_native = [0] * size
        self.for_python = [0] * size
        self.finished = [False] * size
        self.sequence: list[tuple[int, int]] = []
        self.left = size

    def run(self, ready: deque[int]) -> None:
        parts, waiting = self.graph.parts, self.graph.waiting
        while ready:
            node = ready.popleft()
            if self.finished[node]:
                continue
            self.finished[node] = True
            self.left -= 1
            native, python = self.for_native[node], self.for_python[node]
            if node < len(parts):
                part = parts[node]
                step = python if part.by_python else native
                self.sequence.append((step, node))
                # A value that IronCalc puts into its own cell is there for its other formulas at
                # once; all else is there for them in the next step.
                in_place = isinstance(part, Native) and part.in_place and not part.by_python
                native, python = step if in_place else step + 1, step
            for follower in self.graph.followers[node]:
                self.for_native[follower] = max(self.for_native[follower], native)
                self.for_python[follower] = max(self.for_python[follower], python)
                waiting[follower] -= 1
                if not waiting[follower]:
                    ready.append(follower)

    def drop(self, members: list[int]) -> None:
        """Lets what waits for a circular reference go on with its last values."""
        ready: deque[int] = deque()
        for node in members:
            self.finished[node] = True
            self.left -= 1
        for node in members:
            for follower in self.graph.followers[node]:
                self.graph.waiting[follower] -= 1
                if not self.graph.waiting[follower] and not self.finished[follower]:
                    ready.append(follower)
        self.run(ready)

    def steps(self) -> list[tuple[list[int], list[int]]]:
        count = max((step for step, _ in self.sequence), default=-1) + 1
        steps: list[tuple[list[int], list[int]]] = [([], []) for _ in range(count)]
        for step, node in self.sequence:
            steps[step][self.graph.parts[node].by_python].append(node)
        return steps


def _circle(graph: _Graph, finished: list[bool]) -> list[int]:
    """One circular reference among the nodes left: all nodes that lead to each other."""
    before: dict[int, list[int]] = defaultdict(list)
    for node, followers in enumerate(graph.followers):
        if not finished[node]:
            for follower in followers:
                before[follower].append(node)
    # Each node left waits for another one left, so that going back must come round.
    node = next(n for n, done in enumerate(finished) if not done)
    seen: set[int] = set()
    while node not in seen:
        seen.add(node)
        node = before[node][0]
    return list(_reached(node, before) & _reached(node, dict(enumerate(graph.followers))))


def _reached(start: int, edges: dict[int, list[int]]) -> set[int]:
    reached = {start}
    stack = [start]
    while stack:
        for node in edges.get(stack.pop(), ()):
            if node not in reached:
                reached.add(node)
                stack.append(node)
    return reached

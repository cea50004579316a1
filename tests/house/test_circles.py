"""No import circle, lazy and type-only imports counted."""

import ast

import networkx

from tests.house.rooms import sources, trees


def _targets(name: str, node: ast.AST, package: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        parts = package.split(".")
        base = (
            ".".join(parts[: len(parts) - node.level + 1] + ([node.module] if node.module else []))
            if node.level
            else node.module or ""
        )
        return [f"{base}.{alias.name}" for alias in node.names]
    return []


def graph() -> networkx.DiGraph:
    known = sources()
    arrows = networkx.DiGraph()
    for name, tree in trees().items():
        package = name if known[name].name == "__init__.py" else name.rpartition(".")[0]
        for node in ast.walk(tree):
            for target in _targets(name, node, package):
                while target and target not in known:
                    target = target.rpartition(".")[0]
                if target and target != name:
                    arrows.add_edge(name, target)
    return arrows


def test_there_is_no_import_circle_lazy_ones_counted() -> None:
    circles = [sorted(group) for group in networkx.strongly_connected_components(graph()) if len(group) > 1]
    assert circles == []


def test_no_file_is_longer_than_400_lines_and_no_function_longer_than_50() -> None:
    long_files = [name for name, path in sources().items() if len(path.read_text(encoding="utf-8").splitlines()) > 400]
    assert long_files == []
    long_functions = [
        f"{name}.{node.name}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines(node) > 50
    ]
    assert long_functions == []


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring

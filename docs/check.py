"""Checks the documentation against the program: commands and options exist, links lead somewhere, examples run."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "bench").glob("*.md"))]
_COMMAND = re.compile(r"^    citewell (?P<line>.+?)(?:\s{2,}#.*)?$", re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:|#)(?P<target>[^)#]+)(?:#[^)]*)?\)")
_PYTHON = re.compile(r"^```python\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)


def main() -> int:
    """Print what is wrong; 1 when something is."""
    wrong = [*_dead_links(), *_unknown_commands(), *_undocumented_commands(), *_failing_examples()]
    for message in wrong:
        print(message)
    print(f"docs: {len(PAGES)} pages, {len(wrong)} faults")
    return 1 if wrong else 0


def _dead_links() -> list[str]:
    return [
        f"{page.relative_to(ROOT)}: no such file: {link['target']}"
        for page in PAGES
        for link in _LINK.finditer(page.read_text("utf-8"))
        if not (page.parent / link["target"]).exists()
    ]


def _commands() -> dict[str, set[str]]:
    """Command line words to the options that they take."""
    from typer.main import get_command

    from assistant.cli.app import app

    found: dict[str, set[str]] = {}

    def visit(command: object, path: str) -> None:
        options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
        found[path] = options
        for name, child in getattr(command, "commands", {}).items():
            visit(child, f"{path} {name}".strip())

    visit(get_command(app), "")
    return found


def _unknown_commands() -> list[str]:
    commands = _commands()
    wrong = []
    for page in PAGES:
        for match in _COMMAND.finditer(page.read_text("utf-8")):
            words = match["line"].split()
            path = " ".join(words[:2]) if " ".join(words[:2]) in commands else words[0]
            if path not in commands:
                wrong.append(f"{page.relative_to(ROOT)}: no such command: citewell {path}")
                continue
            wrong.extend(
                f"{page.relative_to(ROOT)}: citewell {path} takes no {option}"
                for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", re.sub(r'"[^"]*"', "", match["line"]))
                if option not in commands[path] | commands[""]
            )
    return wrong


def _undocumented_commands() -> list[str]:
    text = (ROOT / "README.md").read_text("utf-8")
    groups = {"", "eval"}
    return [
        f"README.md: citewell {path} is not mentioned"
        for path in _commands()
        if path not in groups and f"citewell {path}" not in text
    ]


def _failing_examples() -> list[str]:
    wrong = []
    for page in PAGES:
        for match in _PYTHON.finditer(page.read_text("utf-8")):
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "examples").symlink_to(ROOT / "examples")
                done = subprocess.run(
                    [sys.executable, "-c", match["code"]], cwd=folder, capture_output=True, text=True, check=False
                )
            if done.returncode:
                wrong.append(f"{page.relative_to(ROOT)}: an example fails: {done.stderr.strip().splitlines()[-1]}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())

"""Draw every life cycle from its table of moves, so that the picture cannot say anything else than the code."""

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation import override

PAGE = settings.BASE_DIR / "docs" / "workflows.md"
HEAD = """# Life cycles

Drawn from the `MOVES` of each model by `manage.py draw_workflows`; do not edit. An arrow carries the word on the button
and, in brackets, the name of the move in `states.py` and `rules.py`.
"""


class Command(BaseCommand):
    help = "Write each life cycle as a Mermaid diagram into docs/workflows.md; --check fails if it is not current."

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="write nothing, fail if the page is not current"
        )

    def handle(self, *, check, **options):
        with override("en"):
            drawn = "\n".join([HEAD, *(diagram(model) for model in with_moves())])
        if not check:
            PAGE.write_text(drawn, encoding="utf-8")
        elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != drawn:
            raise CommandError("docs/workflows.md is not current. Run: manage.py draw_workflows")


def with_moves():
    """Every model that has a life cycle, by name."""
    return sorted(
        (model for model in apps.get_models() if hasattr(model, "MOVES")), key=lambda m: m._meta.label
    )


def diagram(model) -> str:
    """One life cycle as a section of the page."""
    state, moves = model._meta.get_field("state"), model.MOVES
    left = {source for move in moves.values() for source in move.sources}
    lines = [f'    state "{label}" as {value}' for value, label in state.choices]
    lines.append(f"    [*] --> {state.default}")
    lines += [
        f"    {value} --> {move.target}: {move.label} ({name}{', with reason' if move.needs_note else ''})"
        for name, move in moves.items()
        for value, _label in state.choices
        if value in move.sources
    ]
    lines += [f"    {value} --> [*]" for value, _label in state.choices if value not in left]
    return "\n".join(
        [
            f"## {model._meta.verbose_name} (`{model._meta.label}`)",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *lines,
            "```",
            "",
        ]
    )

"""Reference data from the shell."""

from django.core.management import BaseCommand

from home import seeds


class Command(BaseCommand):
    help = (
        "Enter the areas of Xinyu and the holidays. Safe to run again: what is there, or was changed, stays."
    )

    def handle(self, **options):
        for label, made in seeds.seed().items():
            self.stdout.write(f"{label}: {made}")

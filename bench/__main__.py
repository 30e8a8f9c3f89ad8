"""``python -m bench``: every registered page beside a bare Django, in rounds that alternate; one JSON object a line.

``--growth N`` compares the portal with itself at N times the data instead.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from contextlib import ExitStack
from functools import partial

import django
import psycopg

from . import servers, sign_in
from .load import ask
from .servers import ROOT, build_portal, gunicorn, place


def main():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.7, help="for each page in each round")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--growth", type=int, default=0, help="so many times the data")
    parser.add_argument("--no-sign-ins", action="store_true", help="leave out the hall of people signing in")
    given = parser.parse_args()
    server = database_server()
    tell(machine(server))
    if given.growth:
        growth(given, server)
    else:
        pages(given, server)


def tell(row):
    print(json.dumps(row, ensure_ascii=False), flush=True)


def database_server() -> str:
    """The PostgreSQL of ``DATABASE_URL`` if it answers; empty: SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return ""
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        print(f"No PostgreSQL ({error}); measuring on SQLite.", file=sys.stderr)
        return ""
    return url


def machine(server) -> dict:
    database = "SQLite"
    if server:
        with psycopg.connect(server) as connection:
            database = f"PostgreSQL {connection.info.server_version // 10000}"
    return {
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "django": django.__version__,
        "database": database,
        "cache": "Redis" if os.environ.get("REDIS_URL") else "memory",
        "gunicorn": f"{servers.WORKERS} workers, {servers.THREADS} threads each",
    }


def pages(given, server):
    """Each public page as it is kept and as it is made, each page of somebody signed in; then the hall."""
    with ExitStack() as stack:
        bare, portal = (stack.enter_context(place(name, server)) for name in ("reference", "portal"))
        reference_pages = json.loads(bare.run("-m", "bench.reference"))
        build_portal(portal, 1)
        told = json.loads(portal.run("-m", "bench.pages", PAGE_CACHE_SECONDS="0"))
        reference = stack.enter_context(gunicorn("bench.reference", bare))
        keeping = stack.enter_context(gunicorn("config.wsgi", portal))
        making = stack.enter_context(gunicorn("config.wsgi", portal, PAGE_CACHE_SECONDS="0"))
        rows = []
        for page in told["pages"]:
            if given.only in page["name"]:
                if page["kept"]:
                    rows.append(
                        page
                        | {
                            "name": f"{page['name']}, kept",
                            "against": "constant",
                            "queries": None,  # none, as tests/common/test_early_cache.py shows
                            "of": keeping,
                        }
                    )
                rows.append(page | {"of": making})
        bare_pages = {page["name"]: page for page in reference_pages}
        runs = {row["name"]: ([], []) for row in rows}
        for _round in range(given.rounds):
            # each right after the bare page it is compared with: a machine's speed changes by the minute
            for row in rows:
                against, measures = runs[row["name"]]
                against.append(measured(reference, bare_pages[row["against"]], given.seconds))
                measures.append(measured(row["of"], row, given.seconds))
        for name in bare_pages:
            measures = [m for row in rows if row["against"] == name for m in runs[row["name"]][0]]
            if measures:
                tell({"page": f"bare: {name}"} | figures(measures))
        for row in rows:
            against, measures = runs[row["name"]]
            tell(
                {"page": row["name"], "against": row["against"]}
                | compared(measures, against)
                | figures(measures)
                | {"queries": row["queries"]}
            )
        tell(
            {
                "memory_mb": {
                    "portal": round(making.memory() or 0, 1),
                    "bare": round(reference.memory() or 0, 1),
                }
            }
        )
        if not given.no_sign_ins:
            tell(sign_in.hall(keeping, told["people"], partial(sign_in.hash_seconds, portal)))


def growth(given, server):
    """The demonstration once and ``given.growth`` times: words looked for in the larger one, then each page made anew; in the
    first answer after a change what is remembered until the next one is made anew too.
    """
    with ExitStack() as stack:
        places = [stack.enter_context(place(name, server)) for name in ("small", "large")]
        seconds = [build_portal(where, times) for where, times in zip(places, (1, given.growth), strict=True)]
        tell({"growth": given.growth, "built_in_seconds": [round(s) for s in seconds]})
        print(places[1].run("-m", "bench.words"), end="", flush=True)
        lists = [
            json.loads(where.run("-m", "bench.pages", PAGE_CACHE_SECONDS="0"))["pages"] for where in places
        ]
        small, large = (
            stack.enter_context(gunicorn("config.wsgi", where, PAGE_CACHE_SECONDS="0")) for where in places
        )
        rows = [pair for pair in zip(*lists, strict=True) if given.only in pair[0]["name"]]
        runs = {before["name"]: ([], []) for before, _after in rows}
        for _round in range(given.rounds):
            for before, after in rows:
                for where, page, measures in zip(
                    (small, large), (before, after), runs[before["name"]], strict=True
                ):
                    measures.append(measured(where, page, given.seconds))
        for before, after in rows:
            at_first, then = runs[before["name"]]
            times = [b["per_second"] / a["per_second"] for b, a in zip(at_first, then, strict=True)]
            tell(
                {"page": before["name"], "time_ratio": spread(times)}
                | {"p50_ms": [figures(m)["p50_ms"] for m in (at_first, then)]}
                | {"after_a_change_ms": [before["after_a_change_ms"], after["after_a_change_ms"]]}
                | {"queries": [before["queries"], after["queries"]]}
            )


def measured(server, page, seconds) -> dict:
    """What the load generator tells, and the milliseconds of processor for one answer.

    Of a page that is asked for again and again: before, each worker reads its templates, and makes what it makes once a
    minute at least.
    """
    ask(server.port, page["address"], page["cookie"], seconds=0.2)
    command = [
        sys.executable,
        "-m",
        "bench.load",
        str(server.port),
        page["address"],
        "--seconds",
        str(seconds),
    ]
    before = server.cpu()
    done = subprocess.run(
        [*command, "--cookie", page["cookie"]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    after = server.cpu()
    measure = json.loads(done.stdout)
    if measure["wrong"]:
        raise SystemExit(f"{page['name']}: {measure['wrong']} of {measure['answers']} answers were not 200.")
    return measure | {"cpu": None if before is None else (after - before) * 1000 / measure["answers"]}


def figures(measures) -> dict:
    """Medians of the rounds, in milliseconds, and the bytes of one answer with its headers."""
    known = [m["cpu"] for m in measures if m["cpu"] is not None]
    return {
        "p50_ms": round(statistics.median(m["p50"] for m in measures), 2),
        "p99_ms": round(statistics.median(m["p99"] for m in measures), 2),
        "cpu_ms": round(statistics.median(known), 2) if known else None,
        "bytes": round(measures[0]["bytes"]),
    }


def compared(measures, against) -> dict:
    """Requests a second and processor time as multiples of the bare page's, round by round."""
    pairs = list(zip(measures, against, strict=True))
    told = {"ratio": spread([m["per_second"] / a["per_second"] for m, a in pairs])}
    if all(m["cpu"] and a["cpu"] for m, a in pairs):
        told["cpu_ratio"] = spread([m["cpu"] / a["cpu"] for m, a in pairs])
    return told


def spread(numbers) -> dict:
    return {
        "median": round(statistics.median(numbers), 2),
        "min": round(min(numbers), 2),
        "max": round(max(numbers), 2),
    }


if __name__ == "__main__":
    main()

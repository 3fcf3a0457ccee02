"""How long a bench will take: from what was measured before, else from a common pace."""

import statistics

BESIDES = 1.5   # checks, waits for the disk


def estimated(works, given, keep):
    known, total = keep.all(), 0
    for work in works:
        rows = work.data(given.rows, given.seed).rows
        for peer in work.peers:
            once = expected(work, peer, rows, known)
            total += once * (given.rounds if once < given.patience and not work.once else 1)
    return f"about {total * BESIDES / 60:.0f} minutes, and the time to make what is missing"


def expected(work, peer, rows, known):
    paces = [r.get("spent", r["seconds"]) / r["rows"] for r in known
             if (r["work"], r["peer"]) == (work.name, peer.name) and r["code"] == 0]
    return rows * (statistics.median(paces) if paces else 1 / work.pace)
